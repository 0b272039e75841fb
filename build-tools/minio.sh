#!/usr/bin/env bash
# Builds a MinIO server for the store's contract tests, once, and prints where it is.
#
# MinIO is under the AGPL: it runs beside the tests as a process of its own and is never linked nor shipped.
# Exit status: 0 with the path on standard output; 3 when there is no Go toolchain to build it with.
set -euo pipefail

version="v0.0.0-20260212201848-7aac2a2c5b7c" # the last of the community edition
cache="${MILLRACE_CACHE:-$HOME/.cache/millrace}"
binary="$cache/minio/$version/minio"

if [[ -x "$binary" ]]; then
  echo "$binary"
  exit 0
fi
if ! command -v go >/dev/null; then
  echo "minio.sh: no Go toolchain, so the store's contract is not run against MinIO" >&2
  exit 3
fi
echo "minio.sh: building MinIO $version (a few minutes, once)" >&2
mkdir -p "$(dirname "$binary")"
# Beside the final name first, so that an interrupted build leaves nothing that looks finished.
building="$(mktemp -d "$cache/minio/building.XXXXXX")"
trap 'rm -rf "$building"' EXIT
GOBIN="$building" go install "github.com/minio/minio@$version" >&2
mv "$building/minio" "$binary"
echo "$binary"

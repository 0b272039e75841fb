#!/usr/bin/env bash
# Installs the clients that users bring into target/clients, for the tests of module compatibility-tests.
#
# Each is installed apart and only when it is not there; what cannot be fetched is named, and its tests are skipped.
set -uo pipefail
cd "$(dirname "$0")/.."
locks="$PWD/build-tools/clients"
clients="$PWD/target/clients"
mkdir -p "$clients"

# install NAME FUNCTION: what the function leaves unfinished is made again the next time.
install() {
    local name="$1"
    [ -e "$clients/$name" ] && return
    rm -rf "$clients/$name.d"
    # A virtual environment knows its place: it is made where it stays, and a link says that it is finished.
    if "$2" "$clients/$name.d" >"$clients/$name.log" 2>&1; then
        ln -s "$name.d" "$clients/$name"
    else
        echo "clients.sh: no client '$name': $(tail -1 "$clients/$name.log")" >&2
    fi
}

newest() { python3 -m venv "$1" && "$1/bin/pip" -q install boto3 awscli; }
# The old CLI asks for an old PyYAML that no longer builds; it runs with a new one.
debian() { python3 -m venv "$1" && "$1/bin/pip" -q install -r "$locks/debian.txt" &&
    "$1/bin/pip" -q install --no-deps awscli==1.27.27; }
sagemaker() { python3 -m venv "$1" && "$1/bin/pip" -q install 'sagemaker==2.257.7'; }
javascript() { mkdir -p "$1" && cp "$locks"/package*.json "$1" && npm --prefix "$1" ci --no-audit --no-fund; }

install newest newest
install debian debian
install sagemaker sagemaker
install javascript javascript

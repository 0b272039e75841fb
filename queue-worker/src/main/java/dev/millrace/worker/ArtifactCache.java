package dev.millrace.worker;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Model artifacts on this machine's disk, shared by all its workers: each version is downloaded once.
///
/// One folder per version, named by location and ETag, so that a new upload under the same key is a new
/// folder.
final class ArtifactCache {
    /// One version of an artifact.
    ///
    /// @param file as downloaded, whole
    /// @param unpacked where it may be unpacked; whoever does so makes it appear whole or not at all
    record Cached(Path file, Path unpacked) {}

    private final ObjectStore store;
    private final Path folder;
    private final long maxBytes;
    private final InstantSource clock;

    /// @param maxBytes beyond which the versions not used for longest are deleted
    ArtifactCache(ObjectStore store, Path folder, long maxBytes, InstantSource clock) {
        this.store = store;
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /// The artifact as the store has it now.
    ///
    /// @throws PlatformException `INPUT_NOT_FOUND` when there is no such object; `SERVICE_UNAVAILABLE` when
    ///     the store
    ///     or the disk is in trouble
    Cached fetch(ObjectLocation at) {
        ObjectInfo info = store.head(at)
                .orElseThrow(() -> new PlatformException(ErrorCode.INPUT_NOT_FOUND, "no model artifact at " + at));
        Path version = folder.resolve(name(info));
        var cached = new Cached(version.resolve("artifact"), version.resolve("unpacked"));
        try {
            Files.createDirectories(version);
            if (!Files.exists(cached.file())) {
                download(info, version, cached.file());
            }
            Files.setLastModifiedTime(version, FileTime.from(clock.instant()));
            return cached;
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the artifact cache cannot be written", e);
        }
    }

    /// Locked, so that workers that start together download once.
    private void download(ObjectInfo info, Path version, Path file) throws IOException {
        Path lockFile = version.resolve("lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (Files.exists(file)) {
                return;
            }
            Path part = version.resolve("artifact.part");
            ObjectInfo read = store.download(info.location(), part)
                    .orElseThrow(() -> new PlatformException(
                            ErrorCode.INPUT_NOT_FOUND, "no model artifact at " + info.location()));
            if (!read.etag().equals(info.etag())) {
                throw new PlatformException(
                        ErrorCode.SERVICE_UNAVAILABLE, "the artifact was replaced while it was read");
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        evict(version);
    }

    private void evict(Path justUsed) throws IOException {
        List<Path> versions;
        try (Stream<Path> entries = Files.list(folder)) {
            versions = new ArrayList<>(entries.filter(Files::isDirectory).toList());
        }
        versions.sort(Comparator.comparing(ArtifactCache::lastUsed));
        long total = 0;
        for (Path version : versions) {
            total += size(version);
        }
        for (Path version : versions) {
            if (total <= maxBytes) {
                return;
            }
            if (!version.equals(justUsed)) {
                total -= size(version);
                delete(version);
            }
        }
    }

    private static String name(ObjectInfo info) {
        try {
            byte[] text = (info.location().uri() + "\n" + info.etag()).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text))
                    .substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static FileTime lastUsed(Path version) {
        try {
            return Files.getLastModifiedTime(version);
        } catch (IOException _) {
            return FileTime.fromMillis(0);
        }
    }

    private static long size(Path version) throws IOException {
        try (Stream<Path> files = Files.walk(version)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(ArtifactCache::length)
                    .sum();
        }
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }

    /// Files in use stay readable for whoever has them open; the next worker downloads again.
    private static void delete(Path version) throws IOException {
        try (Stream<Path> files = Files.walk(version)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

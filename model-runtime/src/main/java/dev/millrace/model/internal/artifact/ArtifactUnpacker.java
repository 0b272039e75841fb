package dev.millrace.model.internal.artifact;

import static java.util.Objects.requireNonNull;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.model.ArtifactLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/// Unpacks an uploaded model into a staging folder beside the wanted one, and renames it when it is whole.
public final class ArtifactUnpacker {
    private static final String STAGING_PREFIX = ".unpacking-";
    private static final int TAR_MAGIC_AT = 257;
    private static final int START_BYTES = TAR_MAGIC_AT + 5;

    private final ArtifactLimits limits;
    private final InstantSource clock;

    public ArtifactUnpacker(ArtifactLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /// @throws PlatformException as [dev.millrace.model.ModelArtifact#unpack] says; nothing is left behind
    ///     then
    public void unpack(Path file, Path folder) {
        Path staging = stage(folder);
        try {
            fill(file, staging);
            publish(staging, folder);
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the model cannot be unpacked on this disk", e);
        } finally {
            remove(staging);
        }
    }

    private Path stage(Path folder) {
        try {
            Path parent = requireNonNull(folder.toAbsolutePath().getParent(), "the folder of a model is never a root");
            Files.createDirectories(parent);
            removeAbandoned(parent);
            return Files.createTempDirectory(parent, STAGING_PREFIX);
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "no model can be unpacked on this disk", e);
        }
    }

    /// What a process left that was killed while it unpacked: older than any unpacking may last.
    private void removeAbandoned(Path parent) throws IOException {
        Instant longAgo = clock.instant().minus(limits.maxTime().multipliedBy(2));
        try (DirectoryStream<Path> stages = Files.newDirectoryStream(parent, STAGING_PREFIX + "*")) {
            for (Path stage : stages) {
                if (Files.getLastModifiedTime(stage).toInstant().isBefore(longAgo)) {
                    remove(stage);
                }
            }
        }
    }

    private void fill(Path file, Path staging) throws IOException {
        byte[] start = startOf(file);
        if (start.length == 0) {
            throw unusable("the model file is empty");
        }
        if (start.length > 1 && (start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B) {
            try (InputStream packed = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                untar(gunzip(packed), Files.size(file), staging);
            }
        } else if (start.length == START_BYTES
                && new String(start, TAR_MAGIC_AT, 5, java.nio.charset.StandardCharsets.ISO_8859_1).equals("ustar")) {
            try (InputStream plain = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                untar(plain, Files.size(file), staging);
            }
        } else if (start.length > 3 && start[0] == 'P' && start[1] == 'K' && start[2] < 9) {
            throw unusable("the model file is a zip archive (expected: model.tar.gz or an ONNX file)");
        } else {
            Files.copy(file, staging.resolve("model.onnx"));
        }
    }

    private static byte[] startOf(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return input.readNBytes(START_BYTES);
        }
    }

    private static InputStream gunzip(InputStream packed) {
        try {
            return GzipCompressorInputStream.builder()
                    .setInputStream(packed)
                    .setDecompressConcatenated(true)
                    .get();
        } catch (IOException e) {
            throw unusable("the model archive is not valid gzip");
        }
    }

    private void untar(InputStream archive, long packedBytes, Path staging) throws IOException {
        var meter = new MeteredStream(archive, packedBytes, limits, clock);
        try (var tar = new TarArchiveInputStream(meter, java.nio.charset.StandardCharsets.UTF_8.name())) {
            new TarContents(tar, meter, limits, staging).extract();
        }
    }

    private static void publish(Path staging, Path folder) throws IOException {
        try {
            Files.move(staging, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // another worker on this machine was faster with the same model
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    private static void remove(Path staging) {
        if (!Files.exists(staging)) {
            return;
        }
        try (Stream<Path> files = Files.walk(staging)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "a staging folder cannot be removed", e);
        }
    }

    private static PlatformException unusable(String reason) {
        return new PlatformException(ErrorCode.MODEL_ERROR, reason);
    }
}

package dev.millrace.worker.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// The name under which placements find this host: made once and kept in its data folder, so that a host
/// that starts
/// again gets its workers again.
final class HostIdentity {
    private static final String FILE = "host-id";

    private HostIdentity() {}

    /// @throws UncheckedIOException when the folder cannot be written
    static String of(Path dataFolder) {
        Path file = dataFolder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(dataFolder);
                Path fresh = Files.createTempFile(dataFolder, FILE, ".tmp");
                Files.writeString(fresh, "host-" + UUID.randomUUID().toString().substring(0, 8));
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the host's id cannot be kept in " + dataFolder, e);
        }
    }
}

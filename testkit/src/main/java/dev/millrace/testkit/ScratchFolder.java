package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A new folder that is deleted with everything in it when closed.
public final class ScratchFolder implements AutoCloseable {
    private final Path path;

    public ScratchFolder(String name) {
        this(Path.of(System.getProperty("java.io.tmpdir")), name);
    }

    /// Below another folder, for a volume of its own.
    public ScratchFolder(Path parent, String name) {
        try {
            this.path = Files.createTempDirectory(parent, "millrace-" + name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("no scratch folder", e);
        }
    }

    public Path path() {
        return path;
    }

    /// What another process still writes may stay behind.
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException _) {
            // Best effort, in the system's folder for such files.
        }
    }
}

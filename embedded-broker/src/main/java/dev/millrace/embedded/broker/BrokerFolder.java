package dev.millrace.embedded.broker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/// The broker's data folder, held by one process at a time; formatted when it is new.
final class BrokerFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final boolean fresh;

    private BrokerFolder(Path path, FileChannel channel, boolean fresh) {
        this.path = path;
        this.channel = channel;
        this.fresh = fresh;
    }

    /// @throws StartFailure when the folder cannot be written or another broker runs on it
    static BrokerFolder open(Path path) {
        try {
            Files.createDirectories(path);
            var channel = FileChannel.open(
                    path.resolve("millrace.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new StartFailure(StartFailure.FOLDER, "another broker runs on the folder " + path);
            }
            boolean fresh = Files.notExists(path.resolve("meta.properties"));
            if (fresh) {
                format(path);
            }
            return new BrokerFolder(path, channel, fresh);
        } catch (IOException e) {
            throw new StartFailure(StartFailure.FOLDER, "cannot use the folder " + path + ": " + e);
        }
    }

    Path path() {
        return path;
    }

    /// Whether this start formatted the folder.
    boolean isFresh() {
        return fresh;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // The lock goes with the process.
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static void format(Path path) throws IOException {
        var said = new ByteArrayOutputStream();
        try (var out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(out)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(path.toString())
                    .setDirectories(List.of(path.toString()))
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(said.toString(StandardCharsets.UTF_8), e);
        }
    }
}

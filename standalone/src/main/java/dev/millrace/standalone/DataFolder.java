package dev.millrace.standalone;

import dev.millrace.identity.BearerTokens;
import dev.millrace.runtime.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// The folder that holds everything an all-in-one must not forget; locked while one runs on it.
final class DataFolder implements AutoCloseable {
    /// The key pair of the administrator: for the store and for the API.
    ///
    /// @param isNew whether this start made it
    record Credentials(String accessKey, String secretKey, boolean isNew) {
        /// For calls that are not signed.
        String token() {
            return BearerTokens.of(accessKey, new Secret(secretKey));
        }
    }

    private static final String PID_COMMENT = "# pid";

    private final Path root;
    private @Nullable FileChannel lockFile;
    private @Nullable FileLock lock;

    DataFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    Path broker() {
        return root.resolve("broker");
    }

    Path store() {
        return root.resolve("store");
    }

    Path host() {
        return root.resolve("host");
    }

    Path logs() {
        return root.resolve("logs");
    }

    /// Written when the all-in-one is ready and removed when it stops; what `millrace env` prints.
    Path environmentFile() {
        return root.resolve("run").resolve("millrace.env");
    }

    /// Makes the folders and takes the lock.
    ///
    /// @throws UsageException with what to do, when the folder cannot be written or another process has it
    void open() {
        try {
            for (Path folder : new Path[] {
                broker(), store(), host(), logs(), environmentFile().resolveSibling(".")
            }) {
                Files.createDirectories(folder.normalize());
            }
            lockFile = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException _) {
            lock = null;
        } catch (AccessDeniedException e) {
            throw new UsageException("no permission to write " + e.getFile()
                    + ": choose another folder with --data, or change its owner");
        } catch (FileSystemException e) {
            throw new UsageException(
                    "cannot use " + root + " as the data folder: " + reason(e) + "; choose another one with --data");
        } catch (IOException e) {
            throw new UsageException("cannot use " + root + " as the data folder: " + e.getMessage());
        }
        if (lock == null) {
            throw new UsageException(
                    "another Millrace runs on " + root + ": stop it, or choose another folder with --data");
        }
    }

    private static String reason(FileSystemException failure) {
        if (failure.getReason() != null) {
            return failure.getReason();
        }
        return failure instanceof NoSuchFileException
                ? "it cannot be made there"
                : failure.getFile() + " is in the way";
    }

    /// The key pair of this installation, made at its first start and readable by its owner only.
    Credentials credentials() throws IOException {
        Path file = root.resolve("credentials.properties");
        boolean isNew = !Files.exists(file);
        if (isNew) {
            var random = new SecureRandom();
            byte[] secret = new byte[20];
            byte[] key = new byte[8];
            random.nextBytes(secret);
            random.nextBytes(key);
            Path temporary = Files.createTempFile(
                    root,
                    "credentials",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            HexFormat hex = HexFormat.of().withUpperCase();
            Files.writeString(
                    temporary, "access-key=MR" + hex.formatHex(key) + "\nsecret-key=" + hex.formatHex(secret) + "\n");
            move(temporary, file);
        }
        var properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        String accessKey = properties.getProperty("access-key");
        String secretKey = properties.getProperty("secret-key");
        if (accessKey == null || secretKey == null) {
            throw new UsageException(file + ": access-key or secret-key is missing; restore the file, or move it away"
                    + " to have a new pair made");
        }
        return new Credentials(accessKey, secretKey, isNew);
    }

    /// What [#writeEnvironment] wrote, or empty when no all-in-one is ready: one that was killed leaves its
    /// file
    /// behind.
    Optional<String> readEnvironment() throws IOException {
        try {
            String text = Files.readString(environmentFile());
            String pid = text.lines()
                    .filter(line -> line.startsWith(PID_COMMENT))
                    .map(line -> line.substring(PID_COMMENT.length()).strip())
                    .filter(number -> number.matches("[0-9]{1,18}"))
                    .findFirst()
                    .orElse("-1");
            boolean isAlive = ProcessHandle.of(Long.parseLong(pid))
                    .map(ProcessHandle::isAlive)
                    .orElse(false);
            return isAlive ? Optional.of(text) : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    /// Publishes where clients find this all-in-one, whole or not at all.
    void writeEnvironment(String lines) throws IOException {
        String text = lines + PID_COMMENT + " " + ProcessHandle.current().pid() + "\n";
        Path temporary = Files.createTempFile(
                environmentFile().getParent(),
                "env",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, text);
        move(temporary, environmentFile());
    }

    void removeEnvironment() throws IOException {
        Files.deleteIfExists(environmentFile());
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        if (lock != null && lock.isValid()) {
            lock.release();
        }
        if (lockFile != null) {
            lockFile.close();
        }
    }
}

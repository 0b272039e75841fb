package dev.millrace.embedded.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// The store's folder: `objects/<bucket>/<key>` is what clients see, `unfinished/` is what is being
/// written.
///
/// An object enters `objects` by one rename, when it is whole and on disk. So nothing in `objects` is ever
/// unfinished, and whatever a dead process left in `unfinished` can be removed without looking at it.
final class DataFolder implements AutoCloseable {
    static final String OBJECTS = "objects";
    static final String UNFINISHED = "unfinished";

    private final Path root;
    private final FileChannel lockFile;

    /// Takes the folder for this process and clears what the last one left unfinished.
    DataFolder(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(objects());
        lockFile = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!lock(lockFile)) {
            lockFile.close();
            throw new IOException(root + ": in use by another store");
        }
        deleteTree(root.resolve(UNFINISHED));
        Files.createDirectories(root.resolve(UNFINISHED));
        DiskSync.folder(root);
    }

    Path root() {
        return root;
    }

    Path objects() {
        return root.resolve(OBJECTS);
    }

    Path unfinished(String name) {
        return root.resolve(UNFINISHED).resolve(name);
    }

    /// Where the object's file is, or null when the key leads out of its bucket.
    @Nullable
    Path object(String bucket, String key) {
        Path folder = objects().resolve(bucket);
        Path file = folder.resolve(key).normalize();
        return file.startsWith(folder) && !file.equals(folder) ? file : null;
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            // Held until the channel is closed or the process dies.
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private static void deleteTree(Path top) throws IOException {
        if (!Files.exists(top)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

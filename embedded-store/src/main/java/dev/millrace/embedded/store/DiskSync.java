package dev.millrace.embedded.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;

/// Makes files and names survive a power cut.
final class DiskSync {
    private static final int MAX_ATTEMPTS = 8;

    private DiskSync() {}

    static void file(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static void folder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Moves a file that is on disk to its name, makes the folders on the way, and syncs every folder
    /// changed.
    ///
    /// @param top an ancestor of `to` that exists and is never removed
    static void move(Path from, Path to, Path top) throws IOException {
        Path parent = parent(to);
        for (int attempt = 1; ; attempt++) {
            var changed = makeFolders(parent, top);
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                for (Path folder : changed) {
                    folder(folder);
                }
                folder(parent);
                return;
            } catch (NoSuchFileException e) {
                // Deleting the last other object of a folder removes the folder, at any moment.
                if (attempt == MAX_ATTEMPTS || !Files.exists(from)) {
                    throw e;
                }
            }
        }
    }

    /// Syncs the nearest of the file's folders that is still there.
    static void removal(Path file, Path top) throws IOException {
        for (Path at = parent(file); at.startsWith(top); at = parent(at)) {
            try {
                folder(at);
                return;
            } catch (NoSuchFileException _) {
                // The last object of the folder took it along; the change is in the one above.
            }
        }
    }

    /// @return the folders that got a new entry
    private static ArrayDeque<Path> makeFolders(Path folder, Path top) throws IOException {
        var missing = new ArrayDeque<Path>();
        for (Path at = folder; !at.equals(top) && !Files.isDirectory(at); at = parent(at)) {
            missing.push(at);
        }
        var changed = new ArrayDeque<Path>();
        if (!missing.isEmpty()) {
            Files.createDirectories(folder);
            missing.forEach(made -> changed.push(parent(made)));
        }
        return changed;
    }

    private static Path parent(Path path) {
        return requireNonNull(path.getParent(), "parent");
    }
}

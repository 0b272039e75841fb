package dev.millrace.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Ports that all-in-ones of one user have chosen and perhaps not bound yet: a port is bound by a child process some
/// seconds after it was found free, and another all-in-one that starts meanwhile shall not choose the same.
final class PortClaims {
    private static final List<FileLock> HELD = new ArrayList<>();

    private PortClaims() {}

    /// Claims the port until this process ends; where no file can be kept, nobody is asked.
    ///
    /// @return whether no other process has claimed it
    static synchronized boolean claim(int port) {
        Path folder = Path.of(System.getProperty("user.home"), ".cache", "millrace", "ports");
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve(Integer.toString(port)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return false;
            }
            HELD.add(lock);
            return true;
        } catch (OverlappingFileLockException | IOException _) {
            return true; // claimed by this process before, or no place for claims
        }
    }
}

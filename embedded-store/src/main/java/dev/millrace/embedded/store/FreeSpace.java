package dev.millrace.embedded.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Refuses writes before the volume is full, so that nobody else on it meets `ENOSPC`.
final class FreeSpace {
    private final FileStore volume;
    private final int fullPercent;
    private final AtomicLong incoming = new AtomicLong();

    /// Room held for a write; given back when the write has ended, whatever it has used of it.
    interface Room extends AutoCloseable {
        @Override
        void close();
    }

    FreeSpace(Path folder, int fullPercent) throws IOException {
        this.volume = Files.getFileStore(folder);
        this.fullPercent = fullPercent;
    }

    /// Holds room for the bytes that are about to be written.
    ///
    /// Writes under way count whole, also what they have on disk already: many at once are refused a little
    /// early, never late.
    ///
    /// @throws RuntimeException `StorageFull` when the volume would not stay under its limit
    Room reserve(long bytes) {
        long promised = incoming.addAndGet(bytes);
        if (!fits(promised)) {
            incoming.addAndGet(-bytes);
            throw S3Errors.storageFull();
        }
        return () -> incoming.addAndGet(-bytes);
    }

    private boolean fits(long promised) {
        try {
            // As df counts: blocks reserved for root belong to nobody.
            long used = volume.getTotalSpace() - volume.getUnallocatedSpace();
            long capacity = used + volume.getUsableSpace();
            return (double) used + promised < capacity * (fullPercent / 100.0);
        } catch (IOException e) {
            throw Publisher.refusal(e);
        }
    }
}

package dev.millrace.embedded.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// Refuses writes before the volume is full, so that nobody else on it meets `ENOSPC`.
final class FreeSpace {
    private final FileStore volume;
    private final int fullPercent;

    FreeSpace(Path folder, int fullPercent) throws IOException {
        this.volume = Files.getFileStore(folder);
        this.fullPercent = fullPercent;
    }

    /// @param incoming bytes about to be written
    /// @return whether the volume stays under its limit with them
    boolean fits(long incoming) throws IOException {
        // As df counts: blocks reserved for root belong to nobody.
        long used = volume.getTotalSpace() - volume.getUnallocatedSpace();
        long capacity = used + volume.getUsableSpace();
        return (double) used + incoming < capacity * (fullPercent / 100.0);
    }
}

package dev.millrace.load.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Memory of processes of this machine, as the kernel counts it.
public final class Memory {
    private static final long KIB = 1024;

    private Memory() {}

    /// What of the process is in memory now, pages that it shares with others included.
    public static long residentBytes(long pid) {
        return kib(pid, "status", "VmRSS:") * KIB;
    }

    /// The most that was ever in memory.
    public static long peakResidentBytes(long pid) {
        return kib(pid, "status", "VmHWM:") * KIB;
    }

    /// What is in memory now, each shared page counted by its share.
    public static long proportionalBytes(long pid) {
        return kib(pid, "smaps_rollup", "Pss:") * KIB;
    }

    private static long kib(long pid, String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException("the memory of process " + pid + " cannot be read", e);
        }
    }
}

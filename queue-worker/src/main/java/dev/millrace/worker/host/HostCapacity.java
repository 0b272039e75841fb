package dev.millrace.worker.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a machine has for workers.
///
/// @param maxWorkers how many workers it runs at most
/// @param memoryMb for all of them
/// @param gpus devices of the NVIDIA driver
public record HostCapacity(int maxWorkers, int cores, long memoryMb, int gpus) {
    private static final Pattern GPU = Pattern.compile("nvidia[0-9]+");
    private static final int LEAST_WORKERS = 2;

    public HostCapacity {
        if (maxWorkers < 1) {
            throw new IllegalArgumentException("host.max-workers: " + maxWorkers + " (expected: >= 1)");
        }
    }

    /// As the operating system, or the container's limits, say.
    public static HostCapacity ofThisMachine() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new HostCapacity(Math.max(LEAST_WORKERS, cores), cores, totalMemoryMb(), gpus(Path.of("/dev")));
    }

    static int gpus(Path devices) {
        try (Stream<Path> entries = Files.list(devices)) {
            return (int) entries.filter(
                            entry -> GPU.matcher(entry.getFileName().toString()).matches())
                    .count();
        } catch (IOException _) {
            return 0;
        }
    }

    private static long totalMemoryMb() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() >> 20
                : Runtime.getRuntime().maxMemory() >> 20;
    }
}

package dev.millrace.invocation;

import java.time.Instant;
import java.util.Map;

/// What a worker host can carry and what its workers are doing; sent every second and at every change.
///
/// @param maxWorkers how many workers it runs at most
/// @param workers state by worker id
/// @param usage by worker id, of those that have run for a while; null, from hosts that do not tell, is
///     taken for none
public record HostReport(
        String hostId,
        Instant at,
        int maxWorkers,
        int cores,
        long memoryMb,
        int gpus,
        Map<String, WorkerState> workers,
        Map<String, WorkerUsage> usage) {
    public HostReport {
        workers = Map.copyOf(workers);
        usage = usage == null ? Map.of() : Map.copyOf(usage);
    }
}

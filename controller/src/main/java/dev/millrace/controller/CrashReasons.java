package dev.millrace.controller;

import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.WorkerState;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Why the last worker of each generation ended, as its host said. Thread-safe.
final class CrashReasons {
    private final Map<GenerationKey, String> reasons = new ConcurrentHashMap<>();

    void note(HostReport report) {
        report.workers().forEach((worker, state) -> {
            switch (state) {
                case WorkerState.Crashed(int _, String reason) -> note(worker, reason);
                case WorkerState.Unusable(String reason) -> note(worker, reason);
                case WorkerState.Starting _, WorkerState.Ready _, WorkerState.Draining _ -> {}
            }
        });
    }

    Optional<String> last(GenerationKey generation) {
        return Optional.ofNullable(reasons.get(generation));
    }

    void retain(Set<GenerationKey> generations) {
        reasons.keySet().retainAll(generations);
    }

    private void note(String worker, String reason) {
        WorkerIds.generationOf(worker).ifPresent(generation -> reasons.put(generation, reason));
    }
}

package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Values that several tests need.
final class Fixtures {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final EndpointName ENDPOINT = new EndpointName("digits");
    static final GenerationId GENERATION = new GenerationId("g1");

    private Fixtures() {}

    static WorkerTemplate template(String endpoint) {
        var name = new EndpointName(endpoint);
        return new WorkerTemplate(
                name,
                new VariantName("AllTraffic"),
                GENERATION,
                LaneId.initial(name, GENERATION),
                null,
                "image",
                Map.of(),
                64,
                4,
                16_384,
                false,
                false);
    }

    static HostReport host(String id, int maxWorkers) {
        return new HostReport(id, NOW, maxWorkers, 2, 4096, 0, Map.of(), Map.of());
    }

    /// The host reporting that state of every worker that is placed on it.
    static HostReport host(String id, int maxWorkers, List<WorkerSpec> workers, WorkerState state) {
        var states = new HashMap<String, WorkerState>();
        workers.stream()
                .filter(worker -> worker.hostId().equals(id))
                .forEach(worker -> states.put(worker.workerId(), state));
        return new HostReport(id, NOW, maxWorkers, 2, 4096, 0, states, Map.of());
    }

    static WorkerState ready(int inFlight, Instant idleSince) {
        return new WorkerState.Ready(inFlight, idleSince, "CPUExecutionProvider");
    }
}

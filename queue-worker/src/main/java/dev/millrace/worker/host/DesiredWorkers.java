package dev.millrace.worker.host;

import dev.millrace.invocation.Placement;
import dev.millrace.invocation.WorkerSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The workers that all placements together give to one host. Used by one thread.
final class DesiredWorkers {
    private final String hostId;
    private final Map<String, Placement> placements = new HashMap<>();

    DesiredWorkers(String hostId) {
        this.hostId = hostId;
    }

    /// @param placement the latest under the key, or null when the generation is gone
    void apply(String key, @Nullable Placement placement) {
        if (placement == null) {
            placements.remove(key);
        } else {
            placements.put(key, placement);
        }
    }

    /// By worker id, in its order.
    Map<String, WorkerSpec> specs() {
        var specs = new TreeMap<String, WorkerSpec>();
        for (Placement placement : placements.values()) {
            for (WorkerSpec spec : placement.workers()) {
                if (spec.hostId().equals(hostId)) {
                    specs.put(spec.workerId(), spec);
                }
            }
        }
        return specs;
    }
}

package dev.millrace.controller;

import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The workers of one generation as their hosts last reported them. Immutable.
///
/// @param placed how many the placement names
/// @param ready those that take requests
/// @param unusable reason by worker id
/// @param crashed those whose process ended by itself
record Crew(
        int placed, List<WorkerState.Ready> ready, Map<String, String> unusable, List<WorkerState.Crashed> crashed) {
    Crew {
        ready = List.copyOf(ready);
        unusable = Map.copyOf(unusable);
        crashed = List.copyOf(crashed);
    }

    static Crew of(List<WorkerSpec> workers, Fleet fleet) {
        var ready = new ArrayList<WorkerState.Ready>();
        var unusable = new HashMap<String, String>();
        var crashed = new ArrayList<WorkerState.Crashed>();
        for (WorkerSpec worker : workers) {
            switch (fleet.state(worker).orElse(new WorkerState.Starting())) {
                case WorkerState.Ready state -> ready.add(state);
                case WorkerState.Unusable(String reason) -> unusable.put(worker.workerId(), reason);
                case WorkerState.Crashed state -> crashed.add(state);
                case WorkerState.Starting _, WorkerState.Draining _ -> {}
            }
        }
        return new Crew(workers.size(), ready, unusable, crashed);
    }

    int busy() {
        return (int) ready.stream().filter(state -> state.inFlight() > 0).count();
    }

    /// The worker that crashed most often in a row.
    Optional<WorkerState.Crashed> worstCrash() {
        return crashed.stream().max(Comparator.comparingInt(WorkerState.Crashed::crashes));
    }

    /// Whether no worker takes requests and none is on its way to.
    boolean isHopeless() {
        return placed > 0 && unusable.size() + crashed.size() == placed;
    }
}

package dev.millrace.invocation;

import java.util.List;

/// The workers that one generation of an endpoint shall have, on all hosts; an empty list means none.
///
/// A host runs the union of what all placements give it, and drains what no placement names any more.
public record Placement(EndpointName endpoint, GenerationId generation, List<WorkerSpec> workers) {
    public Placement {
        workers = List.copyOf(workers);
    }

    /// The key under which the latest placement of a generation is kept.
    public String key() {
        return endpoint + "/" + generation;
    }
}

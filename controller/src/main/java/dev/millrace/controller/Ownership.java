package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import dev.millrace.queue.FeedPartitions;
import java.util.Set;

/// Which endpoints are this controller's: those whose wake signals it is given. Immutable.
///
/// @param version grows with every assignment
/// @param partitions of the wake topic that are this member's
/// @param count of all its partitions; 0 before the first assignment
record Ownership(long version, Set<Integer> partitions, int count) {
    static final Ownership NONE = new Ownership(0, Set.of(), 0);

    Ownership {
        partitions = Set.copyOf(partitions);
    }

    boolean owns(EndpointName endpoint) {
        return count > 0 && partitions.contains(FeedPartitions.of(endpoint.value(), count));
    }

    /// Whether this is the one controller that does what is done once for all endpoints.
    boolean isFirst() {
        return partitions.contains(0);
    }
}

package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import java.util.Set;
import java.util.function.ToIntBiFunction;

/// Which endpoints are this controller's: those whose wake signals it is given. Immutable.
///
/// @param partitions of the wake topic that are this member's
/// @param count of all its partitions; 0 before the first assignment
/// @param hash the partition of a key
record Ownership(Set<Integer> partitions, int count, ToIntBiFunction<String, Integer> hash) {
    Ownership {
        partitions = Set.copyOf(partitions);
    }

    boolean owns(EndpointName endpoint) {
        return count > 0 && partitions.contains(hash.applyAsInt(endpoint.value(), count));
    }

    /// Whether this is the one controller that does what is done once for all endpoints.
    boolean isFirst() {
        return partitions.contains(0);
    }
}

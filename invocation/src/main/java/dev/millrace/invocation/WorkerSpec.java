package dev.millrace.invocation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a worker host needs to start one worker.
///
/// @param hostId the host that shall run it
/// @param lanes every lane it takes from
/// @param modelData the artifact, or null when the container brings its own
/// @param image as the user specified it; resolved by the worker's table of runtimes
/// @param maxConcurrentInvocations upper bound on asynchronous requests held at once
///     (`MaxConcurrentInvocationsPerInstance`)
/// @param threads model runs at once, at least 1
/// @param memoryMb how much the host reserves for it
/// @param isAcceleratorWanted whether the instance type has a GPU
/// @param includeResponse whether small outputs ride in completion events, for notifications that include them
public record WorkerSpec(
        String workerId,
        String hostId,
        EndpointName endpoint,
        VariantName variant,
        GenerationId generation,
        List<LaneId> lanes,
        @Nullable ObjectLocation modelData,
        String image,
        Map<String, String> environment,
        int maxConcurrentInvocations,
        int threads,
        int memoryMb,
        boolean isAcceleratorWanted,
        boolean includeResponse) {
    public WorkerSpec {
        lanes = List.copyOf(lanes);
        environment = Map.copyOf(environment);
    }
}

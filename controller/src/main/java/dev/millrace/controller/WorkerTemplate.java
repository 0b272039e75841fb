package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What all workers of one generation have in common.
///
/// @param cores of the instance type
/// @param memoryMb of the instance type
/// @param isAcceleratorWanted whether the instance type has a GPU
record WorkerTemplate(
        EndpointName endpoint,
        VariantName variant,
        GenerationId generation,
        List<LaneId> lanes,
        @Nullable ObjectLocation modelData,
        String image,
        Map<String, String> environment,
        int maxConcurrentInvocations,
        int cores,
        int memoryMb,
        boolean isAcceleratorWanted,
        boolean includeResponse) {
    WorkerTemplate {
        lanes = List.copyOf(lanes);
        environment = Map.copyOf(environment);
    }

    /// A worker on that host. An instance type larger than the host gets what a host of that many workers can
    /// give, so that every type runs everywhere.
    WorkerSpec on(HostReport host, String workerId) {
        return new WorkerSpec(
                workerId,
                host.hostId(),
                endpoint,
                variant,
                generation,
                lanes,
                modelData,
                image,
                environment,
                maxConcurrentInvocations,
                Math.clamp(cores, 1, Math.max(1, host.cores())),
                (int) Math.min(memoryMb, Math.max(1, host.memoryMb() / Math.max(1, host.maxWorkers()))),
                isAcceleratorWanted,
                includeResponse);
    }

    /// A placed worker with the lanes that the generation has now.
    WorkerSpec refresh(WorkerSpec placed) {
        return placed.lanes().equals(lanes)
                ? placed
                : new WorkerSpec(
                        placed.workerId(),
                        placed.hostId(),
                        placed.endpoint(),
                        placed.variant(),
                        placed.generation(),
                        lanes,
                        placed.modelData(),
                        placed.image(),
                        placed.environment(),
                        placed.maxConcurrentInvocations(),
                        placed.threads(),
                        placed.memoryMb(),
                        placed.isAcceleratorWanted(),
                        placed.includeResponse());
    }
}

package dev.millrace.controlplane;

import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One deployment of an endpoint: a queue and the workers that serve it.
///
/// @param config as it was when the deployment was asked for; deleting it later changes nothing here
/// @param model likewise
/// @param lanes of its queue
/// @param createdAt when the deployment was asked for
/// @param currentInstances workers that take requests, as last seen by the controller
/// @param desiredInstances workers that the controller wants
/// @param resolvedImage what really runs, or null until a worker was ready
/// @param executionProvider what the model computes on, or null until a worker was ready
/// @param attemptStartedAt when the controller began to bring it up, or null before
public record Generation(
        GenerationId id,
        EndpointConfigResource config,
        ModelResource model,
        List<LaneId> lanes,
        Instant createdAt,
        int currentInstances,
        int desiredInstances,
        @Nullable String resolvedImage,
        @Nullable String executionProvider,
        @Nullable Instant attemptStartedAt) {
    public Generation {
        lanes = List.copyOf(lanes);
    }

    public Generation withLanes(List<LaneId> newLanes) {
        return new Generation(
                id,
                config,
                model,
                newLanes,
                createdAt,
                currentInstances,
                desiredInstances,
                resolvedImage,
                executionProvider,
                attemptStartedAt);
    }

    public Generation withInstances(int current, int desired) {
        return new Generation(
                id,
                config,
                model,
                lanes,
                createdAt,
                current,
                desired,
                resolvedImage,
                executionProvider,
                attemptStartedAt);
    }

    /// With what its first ready worker reported.
    public Generation withRuntime(String image, String provider) {
        return new Generation(
                id,
                config,
                model,
                lanes,
                createdAt,
                currentInstances,
                desiredInstances,
                image,
                provider,
                attemptStartedAt);
    }

    public Generation withAttemptStartedAt(Instant at) {
        return new Generation(
                id,
                config,
                model,
                lanes,
                createdAt,
                currentInstances,
                desiredInstances,
                resolvedImage,
                executionProvider,
                at);
    }
}

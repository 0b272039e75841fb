package dev.millrace.controlplane;

import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One deployment of an endpoint or of an inference component: a queue and the workers that serve it.
///
/// @param config as it was when the deployment was asked for; deleting it later changes nothing here
/// @param model likewise; null on an endpoint that hosts inference components and runs nothing itself
/// @param component what a copy takes, or null unless the deployment is an inference component's
/// @param lanes of its queue; none where there is no model
/// @param createdAt when the deployment was asked for
/// @param weight the variant's share of the traffic where it was changed since, or null
/// @param resolvedImage what really runs, or null until a worker was ready
/// @param executionProvider what the model computes on, or null until a worker was ready
/// @param attemptStartedAt when the controller began to bring it up, or null before
public record Generation(
        GenerationId id,
        EndpointConfigResource config,
        @Nullable ModelResource model,
        @Nullable ComponentSpecification component,
        List<LaneId> lanes,
        Instant createdAt,
        InstanceCounts instances,
        @Nullable Double weight,
        @Nullable String resolvedImage,
        @Nullable String executionProvider,
        @Nullable Instant attemptStartedAt) {
    public Generation {
        lanes = List.copyOf(lanes);
    }

    public static Generation create(
            GenerationId id,
            EndpointConfigResource config,
            @Nullable ModelResource model,
            @Nullable ComponentSpecification component,
            List<LaneId> lanes,
            Instant createdAt) {
        return new Generation(
                id, config, model, component, lanes, createdAt, InstanceCounts.NONE, null, null, null, null);
    }

    /// Whether it only gives inference components their instances.
    public boolean isHost() {
        return model == null;
    }

    public int currentInstances() {
        return instances.current();
    }

    public int desiredInstances() {
        return instances.desired();
    }

    /// How many workers somebody asked for, or null where the controller decides.
    public @Nullable Integer wantedInstances() {
        return instances.wanted();
    }

    /// How long fetching the artifact may take, or null for the default.
    public @Nullable Integer modelDownloadTimeoutSeconds() {
        return component == null
                ? config.variant().modelDownloadTimeoutSeconds()
                : component.modelDownloadTimeoutSeconds();
    }

    /// How long the model may take until it is ready, or null for the default.
    public @Nullable Integer startupTimeoutSeconds() {
        return component == null ? config.variant().startupTimeoutSeconds() : component.startupTimeoutSeconds();
    }

    public Generation withLanes(List<LaneId> newLanes) {
        return with(newLanes, instances, weight, resolvedImage, executionProvider, attemptStartedAt);
    }

    public Generation withInstances(int current, int desired) {
        return withCounts(instances.seen(current, desired));
    }

    /// @param wanted null to leave it to the controller
    public Generation withWanted(@Nullable Integer wanted, Instant at) {
        return withCounts(instances.asked(wanted, at));
    }

    public Generation withCounts(InstanceCounts counts) {
        return with(lanes, counts, weight, resolvedImage, executionProvider, attemptStartedAt);
    }

    public Generation withWeight(@Nullable Double newWeight) {
        return with(lanes, instances, newWeight, resolvedImage, executionProvider, attemptStartedAt);
    }

    /// With what its first ready worker reported.
    public Generation withRuntime(String image, String provider) {
        return with(lanes, instances, weight, image, provider, attemptStartedAt);
    }

    public Generation withAttemptStartedAt(Instant at) {
        return with(lanes, instances, weight, resolvedImage, executionProvider, at);
    }

    private Generation with(
            List<LaneId> newLanes,
            InstanceCounts newInstances,
            @Nullable Double newWeight,
            @Nullable String newImage,
            @Nullable String newProvider,
            @Nullable Instant newAttempt) {
        return new Generation(
                id,
                config,
                model,
                component,
                newLanes,
                createdAt,
                newInstances,
                newWeight,
                newImage,
                newProvider,
                newAttempt);
    }
}

package dev.millrace.controller;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InstanceTypes;
import dev.millrace.controlplane.ProductionVariant;
import dev.millrace.controlplane.ScalingBounds;

/// Reads from a generation's config and model what its workers need. Pure.
final class WorkerTemplates {
    /// Requests that a worker may hold where the endpoint config does not say: enough to fill batches.
    static final int DEFAULT_HELD = 64;

    private final ControlPlaneConfig config;

    WorkerTemplates(ControlPlaneConfig config) {
        this.config = config;
    }

    WorkerTemplate template(EndpointResource endpoint, Generation generation) {
        ProductionVariant variant = generation.config().variant();
        InstanceTypes.Size size = config.instanceTypes().sizeOf(variant.instanceType());
        AsyncInferenceConfig asynchronous = generation.config().asyncInference();
        Integer held = asynchronous == null ? null : asynchronous.maxConcurrentInvocationsPerInstance();
        return new WorkerTemplate(
                endpoint.endpoint(),
                variant.variantName(),
                generation.id(),
                generation.lanes(),
                generation.model().modelData() == null
                        ? null
                        : generation.model().modelData().location(),
                generation.model().image(),
                generation.model().environment(),
                held == null ? DEFAULT_HELD : held,
                size.cores(),
                size.memoryMb(),
                size.hasAccelerator(),
                asynchronous != null
                        && (asynchronous.includeResponseInSuccess() || asynchronous.includeResponseInError()));
    }

    /// How many requests one worker runs at once.
    int concurrency(Generation generation) {
        AsyncInferenceConfig asynchronous = generation.config().asyncInference();
        Integer held = asynchronous == null ? null : asynchronous.maxConcurrentInvocationsPerInstance();
        return held == null
                ? config.instanceTypes()
                        .sizeOf(generation.config().variant().instanceType())
                        .cores()
                : held;
    }

    ScalingBounds bounds(Generation generation) {
        return ScalingBounds.of(generation.config().variant(), config);
    }
}

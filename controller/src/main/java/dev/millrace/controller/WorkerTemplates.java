package dev.millrace.controller;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.ComponentSpecification;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InstanceTypes;
import dev.millrace.controlplane.ModelResource;
import dev.millrace.controlplane.ProductionVariant;

/// Reads from a generation's config and model what its workers need. Pure.
final class WorkerTemplates {
    /// Requests that a worker may hold where the endpoint config does not say: enough to fill batches.
    static final int DEFAULT_HELD = 64;

    private final ControlPlaneConfig config;

    WorkerTemplates(ControlPlaneConfig config) {
        this.config = config;
    }

    /// @throws IllegalArgumentException when the generation runs no model
    WorkerTemplate template(Deployed<?> deployed, Generation generation) {
        ModelResource model = generation.model();
        if (model == null) {
            throw new IllegalArgumentException("endpoint " + deployed.endpoint() + " runs no model itself");
        }
        ProductionVariant variant = generation.config().variant();
        InstanceTypes.Size size = size(generation);
        AsyncInferenceConfig asynchronous = generation.config().asyncInference();
        Integer held = asynchronous == null ? null : asynchronous.maxConcurrentInvocationsPerInstance();
        return new WorkerTemplate(
                deployed.endpoint(),
                variant.variantName(),
                generation.id(),
                generation.lanes(),
                model.modelData() == null ? null : model.modelData().location(),
                model.image(),
                model.environment(),
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
        return held == null ? size(generation).cores() : held;
    }

    /// Of one worker: an instance, or what a component's copy takes of one. Memory and cores that a copy does not
    /// bound are the instance's.
    private InstanceTypes.Size size(Generation generation) {
        InstanceTypes.Size instance =
                config.instanceTypes().sizeOf(generation.config().variant().instanceType());
        ComponentSpecification component = generation.component();
        if (component == null) {
            return instance;
        }
        Integer memory = component.maxMemoryMb();
        Double cores = component.cpuCores();
        Double accelerators = component.accelerators();
        return new InstanceTypes.Size(
                cores == null ? instance.cores() : (int) Math.clamp(Math.ceil(cores), 1, instance.cores()),
                memory == null ? instance.memoryMb() : Math.min(memory, instance.memoryMb()),
                accelerators == null ? 0 : instance.gpus());
    }
}

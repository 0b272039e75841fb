package dev.millrace.controller;

import dev.millrace.controller.autoscaling.TargetsInForce;
import dev.millrace.controlplane.ComponentSpecification;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ScalingBounds;

/// Between how many workers a generation is kept now: what its scalable target says, or its config or component where
/// there is none, narrowed to what somebody asked for, and to what the instances of a component's endpoint have
/// room for.
final class CapacityBounds {
    private final ControlPlaneConfig config;
    private final ComponentRoom room;
    private final TargetsInForce targets;

    CapacityBounds(ControlPlaneConfig config, ComponentRoom room, TargetsInForce targets) {
        this.config = config;
        this.room = room;
        this.targets = targets;
    }

    ScalingBounds of(Deployed<?> deployed, Generation generation) {
        ScalingBounds usual = targets.of(deployed)
                .map(target -> new ScalingBounds(target.minCapacity(), target.maxCapacity()))
                .orElseGet(() -> ofConfig(deployed, generation));
        Integer wanted = generation.wantedInstances();
        // A count of zero is kept until a call comes; what it wakes leaves again by the idle time.
        ScalingBounds asked = wanted == null
                ? usual
                : wanted == 0 ? new ScalingBounds(0, usual.max()) : new ScalingBounds(wanted, wanted);
        int most = most(deployed, generation);
        return new ScalingBounds(Math.min(asked.min(), most), Math.min(asked.max(), most));
    }

    private ScalingBounds ofConfig(Deployed<?> deployed, Generation generation) {
        return switch (deployed) {
            case EndpointResource _ -> ScalingBounds.of(generation.config().variant(), config);
            case InferenceComponentResource component -> ScalingBounds.ofCopies(component.copyCount(), config);
        };
    }

    /// Workers of the generation that there is room for, by the instances that a component may use.
    int most(Deployed<?> deployed, Generation generation) {
        ComponentSpecification specification = generation.component();
        return deployed instanceof InferenceComponentResource component && specification != null
                ? room.copies(component, specification)
                : Integer.MAX_VALUE;
    }
}

package dev.millrace.controlplane;

import dev.millrace.controlplane.ProductionVariant.ManagedInstanceScaling;

/// Between how many workers a generation is kept.
public record ScalingBounds(int min, int max) {
    public ScalingBounds {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException(
                    "scaling bounds: " + min + " to " + max + " (expected: 0 <= min <= max)");
        }
    }

    /// The same for an inference component that was made with so many copies.
    public static ScalingBounds ofCopies(int copies, ControlPlaneConfig config) {
        return new ScalingBounds(
                config.isInitialCountKeptWarm() ? copies : 0, Math.max(copies, config.defaultMaxInstances()));
    }

    /// From zero to the larger of the initial count and the default, unless `ManagedInstanceScaling` says
    /// otherwise.
    public static ScalingBounds of(ProductionVariant variant, ControlPlaneConfig config) {
        int initial = variant.initialInstanceCount();
        int usualMin = config.isInitialCountKeptWarm() ? initial : 0;
        int usualMax = Math.max(initial, config.defaultMaxInstances());
        ManagedInstanceScaling scaling = variant.managedInstanceScaling();
        if (scaling == null || !scaling.isEnabled()) {
            return new ScalingBounds(usualMin, usualMax);
        }
        Integer wantedMin = scaling.min();
        Integer wantedMax = scaling.max();
        int max = wantedMax == null ? Math.max(usualMax, wantedMin == null ? 0 : wantedMin) : wantedMax;
        return new ScalingBounds(Math.min(wantedMin == null ? usualMin : wantedMin, max), max);
    }
}

package dev.millrace.controlplane;

import dev.millrace.controlplane.ProductionVariant.ManagedInstanceScaling;

/// Between how many workers a generation is kept.
public record ScalingBounds(int min, int max) {
    public ScalingBounds {
        if (min < 0 || max < 1 || min > max) {
            throw new IllegalArgumentException(
                    "scaling bounds: " + min + " to " + max + " (expected: 0 <= min <= max)");
        }
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

package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.scaling.TargetTrackingConfig;

/// What a target-tracking policy makes of a capacity.
final class TargetTracking {
    /// Nearer than this to its target, the metric takes no capacity away.
    private static final double LOW = 0.9;

    private TargetTracking() {}

    /// The capacity at which the metric, spread evenly, is back at its target; never less than there is.
    ///
    /// From 0 there is no way up for a metric that is one of each unit: without a unit it says
    /// nothing. Another metric is read as if one unit had it.
    static int scaleOut(TargetTrackingConfig config, int capacity, double metric) {
        if (capacity == 0 && config.isPerUnit()) {
            return 0;
        }
        return Math.max(capacity, proportional(config, Math.max(1, capacity), metric));
    }

    /// The same for a metric well below its target; never more than there is.
    static int scaleIn(TargetTrackingConfig config, int capacity, double metric) {
        return metric < config.targetValue() * LOW
                ? Math.min(capacity, proportional(config, capacity, metric))
                : capacity;
    }

    private static int proportional(TargetTrackingConfig config, int capacity, double metric) {
        double wanted = Math.ceil(capacity * (metric / config.targetValue()));
        return Double.isNaN(wanted) ? capacity : (int) Math.clamp(wanted, 0, Integer.MAX_VALUE);
    }
}

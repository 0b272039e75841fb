package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.scaling.StepScalingConfig;
import dev.millrace.controlplane.scaling.StepScalingConfig.Step;
import java.util.Optional;

/// What a step policy makes of a capacity.
final class StepScaling {
    private StepScaling() {}

    /// The step for a metric that far from the threshold: a step includes the bound that is nearer to
    /// it.
    ///
    /// @param isBelow whether the alarm goes off below its threshold, which says where the threshold
    ///     itself belongs
    static Optional<Step> step(StepScalingConfig config, double difference, boolean isBelow) {
        boolean isUpperIncluded = difference < 0 || (difference == 0 && isBelow);
        return config.steps().stream()
                .filter(step -> isUpperIncluded
                        ? step.lower() < difference && difference <= step.upper()
                        : step.lower() <= difference && difference < step.upper())
                .findFirst();
    }

    /// The capacity after the step; no bounds applied but 0.
    static int adjusted(StepScalingConfig config, Step step, int capacity) {
        long wanted = switch (config.adjustmentType()) {
            case CHANGE_IN_CAPACITY -> (long) capacity + step.adjustment();
            case EXACT_CAPACITY -> step.adjustment();
            case PERCENT_CHANGE_IN_CAPACITY ->
                capacity
                        + Integer.signum(step.adjustment())
                                * Math.max(
                                        rounded(capacity * Math.abs((double) step.adjustment()) / 100),
                                        config.minAdjustmentMagnitude());
        };
        return Math.clamp(wanted, 0, Integer.MAX_VALUE);
    }

    /// A part of a unit counts as a whole one; above one, parts are cut off.
    private static long rounded(double change) {
        return change > 0 && change < 1 ? 1 : (long) change;
    }
}

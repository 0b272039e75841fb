package dev.millrace.controlplane.scaling;

import dev.millrace.controlplane.shape.Shape.Rule;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the steps of a step scaling policy must satisfy together.
final class StepRules {
    private static final String LOWER = "MetricIntervalLowerBound";
    private static final String UPPER = "MetricIntervalUpperBound";

    /// The bounds of a step relative to the alarm's threshold; infinite where the step names none.
    private record Interval(double lower, double upper) {
        static Interval of(JsonNode step) {
            return new Interval(
                    step.path(LOWER).asDouble(Double.NEGATIVE_INFINITY),
                    step.path(UPPER).asDouble(Double.POSITIVE_INFINITY));
        }
    }

    static final Rule IN_ORDER = new Rule(
            "MetricIntervalLowerBound must be less than MetricIntervalUpperBound.",
            step -> Interval.of(step).lower() < Interval.of(step).upper());
    static final Rule BOUNDED = new Rule(
            "A step must have a MetricIntervalLowerBound or a MetricIntervalUpperBound.",
            step -> step.has(LOWER) || step.has(UPPER));
    static final Rule NO_OVERLAP = new Rule("Step adjustment intervals can't overlap.", node -> {
        List<Interval> steps = intervals(node);
        return pairs(steps, (below, above) -> below.upper() <= above.lower());
    });
    static final Rule NO_GAP = new Rule("Step adjustment intervals can't have a gap between them.", node -> {
        List<Interval> steps = intervals(node);
        return pairs(steps, (below, above) -> below.upper() >= above.lower());
    });
    static final Rule OPEN_BELOW = new Rule(
            "There must be a step with an unspecified lower bound when one step has a negative lower bound.",
            node -> intervals(node).stream().noneMatch(step -> step.lower() < 0)
                    || intervals(node).getFirst().lower() == Double.NEGATIVE_INFINITY);
    static final Rule OPEN_ABOVE = new Rule(
            "There must be a step with an unspecified upper bound when one step has a positive upper bound.",
            node -> intervals(node).stream().noneMatch(step -> step.upper() > 0)
                    || intervals(node).getLast().upper() == Double.POSITIVE_INFINITY);
    static final Rule EXACT_IS_A_COUNT = new Rule(
            "ScalingAdjustment must not be negative for ExactCapacity.",
            node -> !adjustmentType(node).equals("ExactCapacity")
                    || node.get("StepAdjustments")
                            .valueStream()
                            .allMatch(step -> step.get("ScalingAdjustment").intValue() >= 0));
    static final Rule MAGNITUDE_OF_PERCENT = new Rule(
            "MinAdjustmentMagnitude is for PercentChangeInCapacity only.",
            node -> !node.has("MinAdjustmentMagnitude") || adjustmentType(node).equals("PercentChangeInCapacity"));

    private StepRules() {}

    private static String adjustmentType(ObjectNode configuration) {
        return configuration.get("AdjustmentType").stringValue();
    }

    /// By their lower bounds.
    private static List<Interval> intervals(ObjectNode configuration) {
        return configuration
                .get("StepAdjustments")
                .valueStream()
                .map(Interval::of)
                .sorted(Comparator.comparingDouble(Interval::lower).thenComparingDouble(Interval::upper))
                .toList();
    }

    private interface Pair {
        boolean holds(Interval below, Interval above);
    }

    private static boolean pairs(List<Interval> steps, Pair rule) {
        for (int i = 1; i < steps.size(); i++) {
            if (!rule.holds(steps.get(i - 1), steps.get(i))) {
                return false;
            }
        }
        return true;
    }
}

package dev.millrace.controlplane.scaling;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// By how much a step policy changes the capacity.
///
/// @param minAdjustmentMagnitude the least change that a percentage makes, or 0
/// @param aggregation of the metric's datapoints: `Average`, `Minimum` or `Maximum`
public record StepScalingConfig(
        AdjustmentType adjustmentType,
        List<Step> steps,
        int minAdjustmentMagnitude,
        int cooldownSeconds,
        String aggregation) {
    private static final int DEFAULT_COOLDOWN = 300;
    private static final String DEFAULT_AGGREGATION = "Average";

    public enum AdjustmentType {
        CHANGE_IN_CAPACITY,
        PERCENT_CHANGE_IN_CAPACITY,
        EXACT_CAPACITY;

        private static AdjustmentType of(String wireName) {
            return switch (wireName) {
                case "ChangeInCapacity" -> CHANGE_IN_CAPACITY;
                case "PercentChangeInCapacity" -> PERCENT_CHANGE_IN_CAPACITY;
                case "ExactCapacity" -> EXACT_CAPACITY;
                default -> throw new IllegalArgumentException("no adjustment type: " + wireName);
            };
        }
    }

    /// @param lower relative to the alarm's threshold; infinite where none was given
    /// @param upper likewise
    public record Step(double lower, double upper, int adjustment) {}

    public StepScalingConfig {
        steps = List.copyOf(steps);
    }

    /// @param configuration that was checked by its shape
    public static StepScalingConfig of(ObjectNode configuration) {
        var steps = new ArrayList<Step>();
        for (JsonNode step : configuration.get("StepAdjustments")) {
            steps.add(new Step(
                    step.path("MetricIntervalLowerBound").asDouble(Double.NEGATIVE_INFINITY),
                    step.path("MetricIntervalUpperBound").asDouble(Double.POSITIVE_INFINITY),
                    step.get("ScalingAdjustment").intValue()));
        }
        return new StepScalingConfig(
                AdjustmentType.of(configuration.get("AdjustmentType").stringValue()),
                steps,
                configuration.path("MinAdjustmentMagnitude").asInt(0),
                configuration.path("Cooldown").asInt(DEFAULT_COOLDOWN),
                configuration.path("MetricAggregationType").asString(DEFAULT_AGGREGATION));
    }

    /// The configuration with every default filled in, as the API describes it.
    static ObjectNode completed(ObjectNode configuration) {
        StepScalingConfig config = of(configuration);
        return configuration
                .deepCopy()
                .put("Cooldown", config.cooldownSeconds)
                .put("MetricAggregationType", config.aggregation);
    }
}

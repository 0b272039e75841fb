package dev.millrace.controlplane.scaling;

import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetId.Scaled;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a target-tracking policy keeps its metric at, and how.
///
/// @param predefined the metric, or null when `customized` says it
/// @param customized the metric as given, or null when `predefined` says it
public record TargetTrackingConfig(
        double targetValue,
        @Nullable PredefinedMetric predefined,
        @Nullable ObjectNode customized,
        int scaleOutCooldownSeconds,
        int scaleInCooldownSeconds,
        boolean isScaleInDisabled) {
    private static final int DEFAULT_COOLDOWN = 300;
    private static final int STANDARD_PERIOD = 60;

    /// @param configuration that was checked by its shape
    public static TargetTrackingConfig of(ObjectNode configuration) {
        JsonNode predefined = configuration.path("PredefinedMetricSpecification");
        return new TargetTrackingConfig(
                configuration.get("TargetValue").doubleValue(),
                predefined.isMissingNode()
                        ? null
                        : PredefinedMetric.of(
                                predefined.get("PredefinedMetricType").stringValue()),
                configuration.get("CustomizedMetricSpecification") instanceof ObjectNode given ? given : null,
                configuration.path("ScaleOutCooldown").asInt(DEFAULT_COOLDOWN),
                configuration.path("ScaleInCooldown").asInt(DEFAULT_COOLDOWN),
                configuration.path("DisableScaleIn").asBoolean(false));
    }

    /// The configuration with every default filled in, as the API describes it.
    static ObjectNode completed(ObjectNode configuration) {
        TargetTrackingConfig config = of(configuration);
        return configuration
                .deepCopy()
                .put("ScaleOutCooldown", config.scaleOutCooldownSeconds)
                .put("ScaleInCooldown", config.scaleInCooldownSeconds)
                .put("DisableScaleIn", config.isScaleInDisabled);
    }

    /// Whether the metric is one of each unit of capacity, so that there is none while there is no
    /// capacity.
    public boolean isPerUnit() {
        return predefined != null;
    }

    public int periodSeconds() {
        return predefined == null ? STANDARD_PERIOD : predefined.periodSeconds();
    }

    /// The metric as the members of an alarm say it.
    ///
    /// @param actual the target under the name of the variant that it stands for, which metrics are
    ///     recorded under
    ObjectNode metric(ScalableTargetId target, ScalableTargetId actual) {
        if (customized != null && customized.get("Metrics") instanceof ArrayNode queries) {
            ObjectNode metric = JsonNodeFactory.instance.objectNode();
            metric.set("Metrics", withPeriods(queries));
            return metric;
        }
        if (customized != null) {
            return renamed(customized, dimensions(target), dimensions(actual));
        }
        if (predefined == null) {
            throw new IllegalStateException("a target-tracking policy without a metric");
        }
        ObjectNode metric = JsonNodeFactory.instance
                .objectNode()
                .put("Namespace", "AWS/SageMaker")
                .put("MetricName", predefined.metricName())
                .put("Statistic", predefined.statistic());
        metric.set("Dimensions", dimensions(actual));
        return metric;
    }

    /// A policy's queries name no period; an alarm's do.
    private static ArrayNode withPeriods(ArrayNode queries) {
        ArrayNode alarmed = queries.deepCopy();
        for (JsonNode query : alarmed.values()) {
            if (query.get("MetricStat") instanceof ObjectNode stat) {
                stat.put("Period", STANDARD_PERIOD);
            }
        }
        return alarmed;
    }

    private static ArrayNode dimensions(ScalableTargetId target) {
        ArrayNode dimensions = JsonNodeFactory.instance.arrayNode();
        switch (target.scaled()) {
            case Scaled.Variant(var endpoint, var variant) -> {
                dimensions.addObject().put("Name", "EndpointName").put("Value", endpoint.value());
                dimensions.addObject().put("Name", "VariantName").put("Value", variant.value());
            }
            case Scaled.Component(String name) ->
                dimensions.addObject().put("Name", "InferenceComponentName").put("Value", name);
        }
        return dimensions;
    }

    /// With the dimensions of the variant that is there, where it has those of the target.
    private static ObjectNode renamed(ObjectNode metric, ArrayNode before, ArrayNode after) {
        return before.equals(metric.get("Dimensions")) ? metric.deepCopy().set("Dimensions", after) : metric;
    }

    /// Whether two policies would follow the same metric.
    boolean hasMetricOf(TargetTrackingConfig other) {
        return predefined != null ? predefined == other.predefined : sameCustomized(other.customized);
    }

    private boolean sameCustomized(@Nullable ObjectNode other) {
        return customized != null && customized.equals(other);
    }
}

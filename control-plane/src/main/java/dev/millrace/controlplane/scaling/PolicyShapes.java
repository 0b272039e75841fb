package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.refused;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.ScalingPolicyResource.PolicyType;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Decimal;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What requests about scaling policies hold.
final class PolicyShapes {
    static final String STEP = PolicyType.STEP_SCALING.member();
    static final String TRACKING = PolicyType.TARGET_TRACKING.member();

    private static final String PREDICTIVE = "Predictive scaling is";
    private static final Decimal ANY_NUMBER = new Decimal(-Double.MAX_VALUE);
    private static final Whole SECONDS = Whole.atLeast(0);
    /// AWS's quota.
    private static final int MAX_STEPS = 20;
    /// The largest target that AWS takes.
    private static final double MAX_TARGET = 1.174271e108;

    private static final Structure STEP_ADJUSTMENT = Structure.of(
                    "StepAdjustment",
                    works("MetricIntervalLowerBound", ANY_NUMBER),
                    works("MetricIntervalUpperBound", ANY_NUMBER),
                    works("ScalingAdjustment", new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE))
                            .required())
            .with(StepRules.IN_ORDER, StepRules.BOUNDED);

    private static final Structure STEP_SCALING = Structure.of(
                    "StepScalingPolicyConfiguration",
                    works("AdjustmentType", Choice.of("ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"))
                            .required(),
                    works("StepAdjustments", new Items(1, MAX_STEPS, STEP_ADJUSTMENT))
                            .required(),
                    works("MinAdjustmentMagnitude", Whole.atLeast(1)),
                    works("Cooldown", SECONDS),
                    works("MetricAggregationType", Choice.of("Average", "Minimum", "Maximum")))
            .with(
                    StepRules.NO_OVERLAP,
                    StepRules.NO_GAP,
                    StepRules.OPEN_BELOW,
                    StepRules.OPEN_ABOVE,
                    StepRules.EXACT_IS_A_COUNT,
                    StepRules.MAGNITUDE_OF_PERCENT);

    private static final Structure PREDEFINED = Structure.of(
            "PredefinedMetricSpecification",
            works("PredefinedMetricType", Choice.of(PredefinedMetric.names()))
                    .required()
                    .refusing("SageMakerVariantProvisionedConcurrencyUtilization", "Serverless variants are"),
            kept("ResourceLabel", new Text(1, 1023)));

    private static final Items DIMENSIONS = new Items(
            0,
            30,
            Structure.of(
                    "MetricDimension",
                    works("Name", new Text(1, 255)).required(),
                    works("Value", new Text(1, 1024)).required()));

    private static final Structure METRIC_STAT = Structure.of(
            "TargetTrackingMetricStat",
            works(
                            "Metric",
                            Structure.of(
                                    "TargetTrackingMetric",
                                    works("Dimensions", DIMENSIONS),
                                    works("MetricName", new Text(1, 255)).required(),
                                    works("Namespace", new Text(1, 255)).required()))
                    .required(),
            works("Stat", new Text(1, 255)).required(),
            works("Unit", new Text(1, 1023)));

    private static final Structure METRIC_QUERY = Structure.of(
                    "TargetTrackingMetricDataQuery",
                    works("Id", new Text(1, 255, "[a-z][a-zA-Z0-9_]*")).required(),
                    works("Expression", new Text(1, 2048)),
                    works("MetricStat", METRIC_STAT),
                    works("Label", new Text(0, 2048)),
                    works("ReturnData", new Flag()))
            .with(Rule.exactlyOneOf("Expression", "MetricStat"));

    private static final Structure CUSTOMIZED = Structure.of(
                    "CustomizedMetricSpecification",
                    works("MetricName", new Text(1, 255)),
                    works("Namespace", new Text(1, 255)),
                    works("Dimensions", DIMENSIONS),
                    works("Statistic", Choice.of("Average", "Minimum", "Maximum", "SampleCount", "Sum")),
                    works("Unit", new Text(1, 1023)),
                    works("Metrics", new Items(1, 10, METRIC_QUERY)))
            .with(
                    Rule.exactlyOneOf("MetricName", "Metrics"),
                    withName("Namespace"),
                    withName("Statistic"),
                    new Rule(
                            "Exactly one of Metrics must return data.",
                            metric -> !metric.has("Metrics") || returned(metric.get("Metrics")) == 1));

    private static final Structure TARGET_TRACKING = Structure.of(
                    "TargetTrackingScalingPolicyConfiguration",
                    works("TargetValue", ANY_NUMBER).required(),
                    works("PredefinedMetricSpecification", PREDEFINED),
                    works("CustomizedMetricSpecification", CUSTOMIZED),
                    works("ScaleOutCooldown", SECONDS),
                    works("ScaleInCooldown", SECONDS),
                    works("DisableScaleIn", new Flag()))
            .with(
                    Rule.exactlyOneOf("PredefinedMetricSpecification", "CustomizedMetricSpecification"),
                    new Rule("TargetValue must be greater than 0 and at most " + MAX_TARGET + ".", node -> {
                        double target = node.get("TargetValue").doubleValue();
                        return target > 0 && target <= MAX_TARGET;
                    }));

    static final Structure PUT = ScalingShapes.ofTarget(
            "PutScalingPolicy",
            List.of(
                    new Rule(
                            TRACKING + " is for policies of type TargetTrackingScaling only, which need it.",
                            node -> node.has(TRACKING) == (type(node) == PolicyType.TARGET_TRACKING)),
                    new Rule(
                            STEP + " is for policies of type StepScaling only, which need it.",
                            node -> node.has(STEP) == (type(node) == PolicyType.STEP_SCALING)),
                    new Rule(
                            "The predefined metric is not one of that scalable dimension.",
                            PolicyShapes::isMetricOfDimension)),
            works("PolicyName", new Text(1, 256, "\\p{Print}+")).required(),
            works("PolicyType", Choice.of("StepScaling", "TargetTrackingScaling", "PredictiveScaling"))
                    .refusing("PredictiveScaling", PREDICTIVE),
            works(STEP, STEP_SCALING),
            works(TRACKING, TARGET_TRACKING),
            refused("PredictiveScalingPolicyConfiguration", PREDICTIVE));

    static final Structure DESCRIBE = ScalingShapes.listing(
            "DescribeScalingPolicies", 10, works("PolicyNames", new Items(0, 50, ScalingShapes.REFERENCE)));

    static final Structure DELETE = ScalingShapes.ofTarget(
            "DeleteScalingPolicy",
            List.of(),
            works("PolicyName", ScalingShapes.REFERENCE).required());

    private PolicyShapes() {}

    private static Rule withName(String member) {
        return new Rule(
                member + " is required for a customized metric.",
                metric -> metric.has("Metrics") || metric.has(member));
    }

    private static long returned(JsonNode queries) {
        return queries.values().stream()
                .filter(query -> query.path("ReturnData").asBoolean(true))
                .count();
    }

    /// As asked for; a step policy where nothing is said.
    static PolicyType type(ObjectNode request) {
        return request.path("PolicyType").asString("").equals(PolicyType.TARGET_TRACKING.wireName())
                ? PolicyType.TARGET_TRACKING
                : PolicyType.STEP_SCALING;
    }

    private static boolean isMetricOfDimension(ObjectNode request) {
        String metric = request.path(TRACKING)
                .path("PredefinedMetricSpecification")
                .path("PredefinedMetricType")
                .asString("");
        return metric.isEmpty()
                || PredefinedMetric.of(metric)
                        .dimension()
                        .wireName()
                        .equals(request.get(ScalingShapes.DIMENSION).stringValue());
    }
}

package dev.millrace.monitoring.operation;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Time;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What requests about alarms may hold.
final class AlarmShapes {
    private static final String ANOMALY = "anomaly detection";
    private static final int DAY = 86_400;
    private static final Text NAME = new Text(1, 255);
    private static final Items NAMES = new Items(0, 100, NAME);
    private static final Items ACTIONS = new Items(0, 5, new Text(1, 1024, "arn:.+"));
    private static final Items ALARM_TYPES = new Items(0, 3, Choice.of("CompositeAlarm", "MetricAlarm", "LogAlarm"));
    private static final Choice STATE = Choice.of("OK", "ALARM", "INSUFFICIENT_DATA");
    private static final Text TAG_KEY = new Text(1, 128);
    private static final Items TAGS = new Items(
            0,
            50,
            Structure.of(
                    "Tag",
                    Member.works("Key", TAG_KEY).required(),
                    Member.works("Value", new Text(0, 256)).required()));
    private static final Text ARN = new Text(1, 1024);

    static final Structure PUT_METRIC_ALARM = Structure.of(
                    "PutMetricAlarm",
                    Member.works("AlarmName", NAME).required(),
                    Member.works("AlarmDescription", new Text(0, 1024)),
                    Member.works("ActionsEnabled", new Flag()),
                    Member.works("OKActions", ACTIONS),
                    Member.works("AlarmActions", ACTIONS),
                    Member.works("InsufficientDataActions", ACTIONS),
                    Member.works("MetricName", MetricShapes.METRIC_NAME),
                    Member.works("Namespace", MetricShapes.NAMESPACE),
                    Member.works("Statistic", MetricShapes.STATISTIC),
                    Member.works("ExtendedStatistic", new Text(0, 64)),
                    Member.works("Dimensions", MetricShapes.DIMENSIONS),
                    Member.works("Period", Whole.atLeast(1)),
                    Member.works("Unit", MetricShapes.UNIT),
                    Member.works("EvaluationPeriods", Whole.atLeast(1)),
                    Member.works("DatapointsToAlarm", Whole.atLeast(1)),
                    Member.works("Threshold", MetricShapes.NUMBER),
                    Member.works(
                                    "ComparisonOperator",
                                    Choice.of(
                                            "GreaterThanOrEqualToThreshold",
                                            "GreaterThanThreshold",
                                            "LessThanThreshold",
                                            "LessThanOrEqualToThreshold",
                                            "LessThanLowerOrGreaterThanUpperThreshold",
                                            "LessThanLowerThreshold",
                                            "GreaterThanUpperThreshold"))
                            .refusing("LessThanLowerOrGreaterThanUpperThreshold", ANOMALY)
                            .refusing("LessThanLowerThreshold", ANOMALY)
                            .refusing("GreaterThanUpperThreshold", ANOMALY),
                    Member.works("TreatMissingData", Choice.of("breaching", "notBreaching", "ignore", "missing")),
                    Member.kept("EvaluateLowSampleCountPercentile", Choice.of("evaluate", "ignore")),
                    Member.works("Metrics", new Items(0, 20, MetricShapes.METRIC_DATA_QUERY)),
                    Member.works("Tags", TAGS),
                    Member.refused("ThresholdMetricId", ANOMALY),
                    Member.refused("EvaluationWindow", "evaluation windows"),
                    Member.refused("WarmUpConfiguration", "warm-up periods"),
                    Member.refused("EvaluationCriteria", "queries in PromQL"),
                    Member.refused("EvaluationInterval", "queries in PromQL"))
            .with(
                    Rule.exactlyOneOf("MetricName", "Metrics"),
                    needed("EvaluationPeriods"),
                    needed("ComparisonOperator"),
                    needed("Threshold"),
                    new Rule(
                            "Namespace, Period and exactly one of Statistic and ExtendedStatistic are required with"
                                    + " MetricName.",
                            AlarmShapes::hasWholeMetric),
                    new Rule(
                            "Namespace, Dimensions, Period, Unit, Statistic and ExtendedStatistic must not be given"
                                    + " with Metrics.",
                            AlarmShapes::hasNoMetricBesideMetrics),
                    new Rule(
                            "Exactly one item of Metrics must return data.",
                            node -> !node.has("Metrics") || returned(node.path("Metrics")) == 1),
                    MetricShapes.PERIOD,
                    Rule.inOrder("DatapointsToAlarm", "EvaluationPeriods"),
                    new Rule(
                            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <="
                                    + " 86400), or seven days where the period is an hour or longer.",
                            AlarmShapes::isWithinDays));
    static final Structure DESCRIBE_ALARMS = Structure.of(
            "DescribeAlarms",
            Member.works("AlarmNames", NAMES),
            Member.works("AlarmNamePrefix", NAME),
            Member.works("AlarmTypes", ALARM_TYPES),
            Member.refused("ChildrenOfAlarmName", "composite alarms"),
            Member.refused("ParentsOfAlarmName", "composite alarms"),
            Member.works("StateValue", STATE),
            Member.works("ActionPrefix", new Text(1, 1024)),
            Member.works("MaxRecords", new Whole(1, 100)),
            Member.works("NextToken", new Text(0, 8192)));
    static final Structure DESCRIBE_ALARMS_FOR_METRIC = Structure.of(
            "DescribeAlarmsForMetric",
            Member.works("MetricName", MetricShapes.METRIC_NAME).required(),
            Member.works("Namespace", MetricShapes.NAMESPACE).required(),
            Member.works("Statistic", MetricShapes.STATISTIC),
            Member.works("ExtendedStatistic", new Text(0, 64)),
            Member.works("Dimensions", MetricShapes.DIMENSIONS),
            Member.works("Period", Whole.atLeast(1)),
            Member.works("Unit", MetricShapes.UNIT));
    static final Structure DESCRIBE_ALARM_HISTORY = Structure.of(
            "DescribeAlarmHistory",
            Member.works("AlarmName", NAME),
            Member.refused("AlarmContributorId", "contributors of alarms"),
            Member.works("AlarmTypes", ALARM_TYPES),
            Member.works(
                    "HistoryItemType",
                    Choice.of(
                            "ConfigurationUpdate",
                            "StateUpdate",
                            "Action",
                            "AlarmContributorStateUpdate",
                            "AlarmContributorAction")),
            Member.works("StartDate", new Time()),
            Member.works("EndDate", new Time()),
            Member.works("MaxRecords", new Whole(1, 100)),
            Member.works("NextToken", new Text(0, 8192)),
            Member.works("ScanBy", Choice.of("TimestampDescending", "TimestampAscending")));
    static final Structure DELETE_ALARMS = names("DeleteAlarms");
    static final Structure ENABLE_ALARM_ACTIONS = names("EnableAlarmActions");
    static final Structure DISABLE_ALARM_ACTIONS = names("DisableAlarmActions");
    static final Structure SET_ALARM_STATE = Structure.of(
            "SetAlarmState",
            Member.works("AlarmName", NAME).required(),
            Member.works("StateValue", STATE).required(),
            Member.works("StateReason", new Text(0, 1023)).required(),
            Member.works("StateReasonData", new Text(0, 4000)));
    static final Structure TAG_RESOURCE = Structure.of(
            "TagResource",
            Member.works("ResourceARN", ARN).required(),
            Member.works("Tags", TAGS).required());
    static final Structure UNTAG_RESOURCE = Structure.of(
            "UntagResource",
            Member.works("ResourceARN", ARN).required(),
            Member.works("TagKeys", new Items(0, 50, TAG_KEY)).required());
    static final Structure LIST_TAGS_FOR_RESOURCE =
            Structure.of("ListTagsForResource", Member.works("ResourceARN", ARN).required());

    private AlarmShapes() {}

    private static Structure names(String operation) {
        return Structure.of(operation, Member.works("AlarmNames", NAMES).required());
    }

    private static Rule needed(String member) {
        return new Rule("The parameter " + member + " is required.", node -> node.has(member));
    }

    private static boolean hasWholeMetric(ObjectNode node) {
        return !node.has("MetricName")
                || (node.has("Namespace")
                        && node.has("Period")
                        && node.has("Statistic") != node.has("ExtendedStatistic"));
    }

    private static boolean hasNoMetricBesideMetrics(ObjectNode node) {
        return !node.has("Metrics")
                || List.of("Namespace", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic").stream()
                        .noneMatch(node::has);
    }

    private static long returned(JsonNode queries) {
        return StreamSupport.stream(queries.spliterator(), false)
                .filter(query -> query.path("ReturnData").asBoolean(true))
                .count();
    }

    private static boolean isWithinDays(ObjectNode node) {
        long period = node.path("Period").asLong(60);
        long together = node.path("EvaluationPeriods").asLong(1) * period;
        return together <= (period >= 3600 ? 7 * DAY : DAY);
    }
}

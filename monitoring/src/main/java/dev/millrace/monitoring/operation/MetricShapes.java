package dev.millrace.monitoring.operation;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Decimal;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Time;
import dev.millrace.controlplane.shape.Shape.Whole;
import dev.millrace.monitoring.Unit;
import tools.jackson.databind.node.ObjectNode;

/// What requests about metrics may hold.
final class MetricShapes {
    static final Text NAMESPACE = new Text(1, 255, "[^:].*");
    static final Text METRIC_NAME = new Text(1, 255);
    static final Choice UNIT = new Choice(Unit.labels());
    static final Choice STATISTIC = Choice.of("SampleCount", "Average", "Sum", "Minimum", "Maximum");
    static final Decimal NUMBER = new Decimal(-Double.MAX_VALUE);
    static final Items DIMENSIONS = new Items(
            0,
            30,
            Structure.of(
                    "Dimension",
                    Member.works("Name", new Text(1, 255)).required(),
                    Member.works("Value", new Text(1, 1024)).required()));
    /// Ten seconds is the finest that is kept.
    static final Rule PERIOD = new Rule(
            "Period must be 10, 20, 30 or a multiple of 60 seconds.",
            node -> isPeriod(node.path("Period").asLong(60)));

    private static final Structure METRIC = Structure.of(
            "Metric",
            Member.works("Namespace", NAMESPACE),
            Member.works("MetricName", METRIC_NAME),
            Member.works("Dimensions", DIMENSIONS));
    private static final Structure METRIC_STAT = Structure.of(
                    "MetricStat",
                    Member.works("Metric", METRIC).required(),
                    Member.works("Period", Whole.atLeast(1)).required(),
                    Member.works("Stat", new Text(0, 64)).required(),
                    Member.works("Unit", UNIT))
            .with(PERIOD);
    static final Structure METRIC_DATA_QUERY = Structure.of(
            "MetricDataQuery",
            Member.works("Id", new Text(1, 255, "[a-z][A-Za-z0-9_]*")).required(),
            Member.works("MetricStat", METRIC_STAT),
            Member.works("Expression", new Text(1, 2048)),
            Member.works("Label", new Text(0, 1024)),
            Member.works("ReturnData", new Flag()),
            Member.works("Period", Whole.atLeast(1)),
            Member.kept("AccountId", new Text(1, 255)));

    private static final Structure STATISTIC_SET = Structure.of(
                    "StatisticSet",
                    Member.works("SampleCount", NUMBER).required(),
                    Member.works("Sum", NUMBER).required(),
                    Member.works("Minimum", NUMBER).required(),
                    Member.works("Maximum", NUMBER).required())
            .with(
                    new Rule(
                            "SampleCount must be greater than 0.",
                            node -> node.path("SampleCount").asDouble(0) > 0),
                    new Rule(
                            "Minimum must not be greater than Maximum.",
                            node -> node.path("Minimum").asDouble(0)
                                    <= node.path("Maximum").asDouble(0)));
    private static final Structure METRIC_DATUM = Structure.of(
                    "MetricDatum",
                    Member.works("MetricName", METRIC_NAME).required(),
                    Member.works("Dimensions", DIMENSIONS),
                    Member.works("Timestamp", new Time()),
                    Member.works("Value", NUMBER),
                    Member.works("StatisticValues", STATISTIC_SET),
                    Member.works("Values", new Items(0, 150, NUMBER)),
                    Member.works("Counts", new Items(0, 150, new Decimal(0))),
                    Member.works("Unit", UNIT),
                    Member.kept("StorageResolution", Whole.atLeast(1)))
            .with(
                    new Rule(
                            "Exactly one of Value, StatisticValues and Values must be given.",
                            MetricShapes::hasOneKindOfValue),
                    new Rule(
                            "Counts must have as many items as Values.",
                            node -> !node.has("Counts")
                                    || node.path("Counts").size()
                                            == node.path("Values").size()));

    static final Structure PUT_METRIC_DATA = Structure.of(
            "PutMetricData",
            Member.works("Namespace", NAMESPACE).required(),
            Member.works("MetricData", new Items(0, 1000, METRIC_DATUM)),
            Member.refused("EntityMetricData", "entities"),
            Member.kept("StrictEntityValidation", new Flag()));
    static final Structure GET_METRIC_STATISTICS = Structure.of(
                    "GetMetricStatistics",
                    Member.works("Namespace", NAMESPACE).required(),
                    Member.works("MetricName", METRIC_NAME).required(),
                    Member.works("Dimensions", DIMENSIONS),
                    Member.works("StartTime", new Time()).required(),
                    Member.works("EndTime", new Time()).required(),
                    Member.works("Period", Whole.atLeast(1)).required(),
                    Member.works("Statistics", new Items(1, 5, STATISTIC)),
                    Member.works("ExtendedStatistics", new Items(1, 10, new Text(0, 64))),
                    Member.works("Unit", UNIT))
            .with(PERIOD);
    static final Structure GET_METRIC_DATA = Structure.of(
            "GetMetricData",
            Member.works("MetricDataQueries", new Items(1, 500, METRIC_DATA_QUERY))
                    .required(),
            Member.works("StartTime", new Time()).required(),
            Member.works("EndTime", new Time()).required(),
            Member.works("NextToken", new Text(0, 1024)),
            Member.works("ScanBy", Choice.of("TimestampDescending", "TimestampAscending")),
            Member.works("MaxDatapoints", new Whole(1, 100_800)),
            Member.kept("LabelOptions", Structure.of("LabelOptions", Member.kept("Timezone", new Text(0, 64)))));
    static final Structure LIST_METRICS = Structure.of(
            "ListMetrics",
            Member.works("Namespace", NAMESPACE),
            Member.works("MetricName", METRIC_NAME),
            Member.works(
                    "Dimensions",
                    new Items(
                            0,
                            10,
                            Structure.of(
                                    "DimensionFilter",
                                    Member.works("Name", new Text(1, 255)).required(),
                                    Member.works("Value", new Text(1, 1024))))),
            Member.works("NextToken", new Text(0, 8192)),
            Member.works("RecentlyActive", Choice.of("PT3H")),
            Member.kept("IncludeLinkedAccounts", new Flag()),
            Member.kept("OwningAccount", new Text(1, 255)));

    private MetricShapes() {}

    /// Whether metrics are kept finely enough for periods of that many seconds.
    static boolean isPeriod(long seconds) {
        return seconds == 10 || seconds == 20 || seconds == 30 || (seconds > 0 && seconds % 60 == 0);
    }

    private static boolean hasOneKindOfValue(ObjectNode datum) {
        int kinds = 0;
        for (String kind : new String[] {"Value", "StatisticValues", "Values"}) {
            kinds += datum.has(kind) ? 1 : 0;
        }
        return kinds == 1;
    }
}

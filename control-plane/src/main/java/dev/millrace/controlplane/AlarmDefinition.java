package dev.millrace.controlplane;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an alarm watches, when it changes its state and whom it tells: the members of its request, with their defaults.
///
/// @param metric what is watched, or null when `metrics` says it
/// @param metrics the queries of metric math, as given; empty when `metric` says it
/// @param datapointsToAlarm how many of `evaluationPeriods` must breach
/// @param comparison the operator's name
/// @param treatMissingData `breaching`, `notBreaching`, `ignore` or `missing`
public record AlarmDefinition(
        @Nullable Metric metric,
        ArrayNode metrics,
        Duration period,
        int evaluationPeriods,
        int datapointsToAlarm,
        double threshold,
        String comparison,
        String treatMissingData,
        boolean isActionsEnabled,
        List<String> okActions,
        List<String> alarmActions,
        List<String> insufficientDataActions) {
    /// One metric and the statistic of it.
    ///
    /// @param statistic such as `Maximum` or `p99`
    /// @param unit null when any will do
    public record Metric(
            String namespace,
            String name,
            SortedMap<String, String> dimensions,
            String statistic,
            @Nullable String unit) {}

    public AlarmDefinition {
        okActions = List.copyOf(okActions);
        alarmActions = List.copyOf(alarmActions);
        insufficientDataActions = List.copyOf(insufficientDataActions);
    }

    /// @param request of `PutMetricAlarm`, checked
    public static AlarmDefinition of(ObjectNode request) {
        int periods = request.path("EvaluationPeriods").asInt(1);
        ArrayNode metrics =
                request.get("Metrics") instanceof ArrayNode given ? given : JsonNodeFactory.instance.arrayNode();
        return new AlarmDefinition(
                request.has("MetricName") ? metric(request) : null,
                metrics,
                Duration.ofSeconds(metrics.isEmpty() ? request.path("Period").asLong(60) : period(metrics)),
                periods,
                request.path("DatapointsToAlarm").asInt(periods),
                request.path("Threshold").asDouble(0),
                request.path("ComparisonOperator").asString(""),
                request.path("TreatMissingData").asString("missing"),
                request.path("ActionsEnabled").asBoolean(true),
                texts(request.path("OKActions")),
                texts(request.path("AlarmActions")),
                texts(request.path("InsufficientDataActions")));
    }

    /// The actions of a state.
    public List<String> actions(AlarmState.Value state) {
        return switch (state) {
            case OK -> okActions;
            case ALARM -> alarmActions;
            case INSUFFICIENT_DATA -> insufficientDataActions;
        };
    }

    private static Metric metric(ObjectNode request) {
        return new Metric(
                request.path("Namespace").asString(""),
                request.path("MetricName").asString(""),
                dimensions(request.path("Dimensions")),
                request.path("Statistic")
                        .asString(request.path("ExtendedStatistic").asString("Average")),
                request.path("Unit").asStringOpt().orElse(null));
    }

    /// Dimensions by name, as a list of `Name` and `Value` has them.
    public static SortedMap<String, String> dimensions(JsonNode list) {
        var byName = new TreeMap<String, String>();
        list.forEach(each ->
                byName.put(each.path("Name").asString(""), each.path("Value").asString("")));
        return byName;
    }

    /// The longest period of the queries: nothing is known more often than that.
    private static long period(ArrayNode queries) {
        long longest = 0;
        for (JsonNode query : queries) {
            longest = Math.max(
                    longest,
                    Math.max(
                            query.path("Period").asLong(0),
                            query.path("MetricStat").path("Period").asLong(0)));
        }
        return longest == 0 ? 60 : longest;
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.asString("")));
        return texts;
    }
}

package dev.millrace.monitoring.operation;

import static dev.millrace.controlplane.ResourceKind.ALARM;
import static dev.millrace.controlplane.ResourceKind.ALARM_HISTORY;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmHistoryResource;
import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Alarms and their history are described.
final class AlarmDescriptions {
    private static final int DEFAULT_PAGE = 50;
    private static final int HISTORY_PAGE = 100;

    private record HistoryRow(String key, AlarmHistoryResource of, AlarmHistoryResource.Item item) {}

    private final ResourceCatalog catalog;

    AlarmDescriptions(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    List<Operation> all() {
        return List.of(
                new Operation("DescribeAlarms", AlarmShapes.DESCRIBE_ALARMS, this::describe),
                new Operation(
                        "DescribeAlarmsForMetric", AlarmShapes.DESCRIBE_ALARMS_FOR_METRIC, this::describeForMetric),
                new Operation("DescribeAlarmHistory", AlarmShapes.DESCRIBE_ALARM_HISTORY, this::describeHistory));
    }

    private ObjectNode describe(ObjectNode request) {
        if (request.path("AlarmNames").size() > 0 && request.has("AlarmNamePrefix")) {
            throw new PlatformException(
                    ErrorCode.INVALID_PARAMETER_COMBINATION,
                    "AlarmNames and AlarmNamePrefix must not be given together.");
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode alarms = answer.putArray("MetricAlarms");
        answer.putArray("CompositeAlarms");
        Pages.cut(
                catalog.all(ALARM).stream()
                        .filter(isOfTypes(request.path("AlarmTypes")))
                        .filter(isNamed(request.path("AlarmNames")))
                        .filter(alarm -> alarm.name()
                                .startsWith(request.path("AlarmNamePrefix").asString("")))
                        .filter(isIn(request.path("StateValue")))
                        .filter(acts(request.path("ActionPrefix")))
                        .sorted(Comparator.comparing(AlarmResource::name))
                        .toList(),
                AlarmResource::name,
                request.path("MaxRecords").asInt(DEFAULT_PAGE),
                request,
                answer,
                alarm -> alarms.add(description(alarm)));
        return answer;
    }

    private ObjectNode describeForMetric(ObjectNode request) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode alarms = answer.putArray("MetricAlarms");
        catalog.all(ALARM).stream()
                .filter(alarm -> watches(alarm, request))
                .forEach(alarm -> alarms.add(description(alarm)));
        return answer;
    }

    private ObjectNode describeHistory(ObjectNode request) {
        boolean isAscending = request.path("ScanBy").asString("").equals("TimestampAscending");
        List<HistoryRow> rows = new ArrayList<>();
        Stream<AlarmHistoryResource> all = request.has("AlarmName")
                ? catalog.find(ALARM_HISTORY, request.path("AlarmName").asString("")).stream()
                : catalog.all(ALARM_HISTORY).stream();
        if (!isOfMetricAlarms(request.path("AlarmTypes"))) {
            all = Stream.empty();
        }
        all.forEach(history -> {
            int number = 0;
            for (AlarmHistoryResource.Item item : history.items()) {
                if (isWanted(item, request)) {
                    rows.add(new HistoryRow(key(item, history.name(), number++, isAscending), history, item));
                }
            }
        });
        rows.sort(Comparator.comparing(HistoryRow::key));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode items = answer.putArray("AlarmHistoryItems");
        Pages.cut(
                rows,
                HistoryRow::key,
                request.path("MaxRecords").asInt(HISTORY_PAGE),
                request,
                answer,
                row -> items.addObject()
                        .put("AlarmName", row.of().name())
                        .put("AlarmType", "MetricAlarm")
                        .set("Timestamp", ControlPlaneJson.time(row.item().at()))
                        .put("HistoryItemType", row.item().type())
                        .put("HistorySummary", row.item().summary())
                        .put("HistoryData", shortened(row.item().data())));
        return answer;
    }

    /// A key by which rows of equal times stay apart and newer ones come first, or last.
    private static String key(AlarmHistoryResource.Item item, String alarm, int number, boolean isAscending) {
        long millis = item.at().toEpochMilli();
        long first = isAscending ? millis : 9_999_999_999_999_999L - millis;
        return String.format("%016d", first) + "\n" + alarm + "\n"
                + String.format("%04d", isAscending ? 9_999 - number : number);
    }

    private static String shortened(String data) {
        return data.substring(0, Math.min(data.length(), 4095));
    }

    private static boolean isWanted(AlarmHistoryResource.Item item, ObjectNode request) {
        double at = item.at().toEpochMilli() / 1000.0;
        return (!request.has("HistoryItemType")
                        || request.path("HistoryItemType").asString("").equals(item.type()))
                && at >= request.path("StartDate").asDouble(0)
                && at <= request.path("EndDate").asDouble(Double.MAX_VALUE);
    }

    private static Predicate<AlarmResource> isOfTypes(JsonNode types) {
        boolean isWanted = isOfMetricAlarms(types);
        return _ -> isWanted;
    }

    private static boolean isOfMetricAlarms(JsonNode types) {
        return types.isEmpty() || texts(types).contains("MetricAlarm");
    }

    private static Predicate<AlarmResource> isNamed(JsonNode names) {
        Set<String> wanted = texts(names);
        return alarm -> wanted.isEmpty() || wanted.contains(alarm.name());
    }

    private static Predicate<AlarmResource> isIn(JsonNode state) {
        String wanted = state.asString("");
        return alarm -> wanted.isEmpty() || alarm.state().value().name().equals(wanted);
    }

    private static Predicate<AlarmResource> acts(JsonNode prefix) {
        String wanted = prefix.asString("");
        return alarm -> wanted.isEmpty()
                || Stream.of(AlarmState.Value.values())
                        .flatMap(state -> alarm.definition().actions(state).stream())
                        .anyMatch(action -> action.startsWith(wanted));
    }

    private static boolean watches(AlarmResource alarm, ObjectNode request) {
        AlarmDefinition definition = alarm.definition();
        AlarmDefinition.Metric metric = definition.metric();
        if (metric == null) {
            return false;
        }
        String statistic = request.path("Statistic")
                .asString(request.path("ExtendedStatistic").asString(metric.statistic()));
        return metric.name().equals(request.path("MetricName").asString(""))
                && metric.namespace().equals(request.path("Namespace").asString(""))
                && metric.dimensions().equals(AlarmDefinition.dimensions(request.path("Dimensions")))
                && metric.statistic().equals(statistic)
                && definition.period().toSeconds()
                        == request.path("Period").asLong(definition.period().toSeconds())
                && (!request.has("Unit") || request.path("Unit").asString("").equals(metric.unit()));
    }

    private static Set<String> texts(JsonNode list) {
        var texts = new HashSet<String>();
        list.forEach(each -> texts.add(each.asString("")));
        return texts;
    }

    /// As `DescribeAlarms` shows it.
    private static ObjectNode description(AlarmResource alarm) {
        AlarmState state = alarm.state();
        AlarmDefinition definition = alarm.definition();
        ObjectNode shown = alarm.request().deepCopy();
        shown.put("AlarmArn", alarm.arn());
        shown.set("AlarmConfigurationUpdatedTimestamp", ControlPlaneJson.time(alarm.configuredAt()));
        shown.put("ActionsEnabled", definition.isActionsEnabled());
        for (String list : List.of("OKActions", "AlarmActions", "InsufficientDataActions")) {
            if (!shown.has(list)) {
                shown.putArray(list);
            }
        }
        if (definition.metric() != null && !shown.has("Dimensions")) {
            shown.putArray("Dimensions");
        }
        shown.put("StateValue", state.value().name());
        shown.put("StateReason", state.reason());
        if (state.reasonData() != null) {
            shown.put("StateReasonData", state.reasonData());
        }
        shown.set("StateUpdatedTimestamp", ControlPlaneJson.time(state.updatedAt()));
        shown.set("StateTransitionedTimestamp", ControlPlaneJson.time(state.transitionedAt()));
        return shown;
    }
}

package dev.millrace.monitoring.operation;

import static dev.millrace.controlplane.ResourceKind.ALARM;

import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.alarm.AlarmHistory;
import dev.millrace.monitoring.math.MetricQueries;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Alarms are made, changed and deleted.
final class AlarmOperations {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ResourceCatalog catalog;
    private final ControlPlaneConfig config;
    private final AlarmHistory history;
    private final InstantSource clock;

    AlarmOperations(ResourceCatalog catalog, ControlPlaneConfig config, InstantSource clock) {
        this.catalog = catalog;
        this.config = config;
        this.history = new AlarmHistory(catalog);
        this.clock = clock;
    }

    List<Operation> all() {
        return List.of(
                new Operation("PutMetricAlarm", AlarmShapes.PUT_METRIC_ALARM, this::put),
                new Operation("DeleteAlarms", AlarmShapes.DELETE_ALARMS, this::delete),
                new Operation(
                        "EnableAlarmActions",
                        AlarmShapes.ENABLE_ALARM_ACTIONS,
                        request -> setActionsEnabled(request, true)),
                new Operation(
                        "DisableAlarmActions",
                        AlarmShapes.DISABLE_ALARM_ACTIONS,
                        request -> setActionsEnabled(request, false)),
                new Operation("SetAlarmState", AlarmShapes.SET_ALARM_STATE, this::setState));
    }

    private ObjectNode put(ObjectNode request) {
        if (request.has("ExtendedStatistic")) {
            var _ = MetricQueries.statistic(request.path("ExtendedStatistic").asString(""));
        }
        if (request.has("Metrics")) {
            MetricQueries.check(request.path("Metrics"));
        }
        ObjectNode kept = request.deepCopy();
        Map<String, String> tags = tags(kept.path("Tags"));
        kept.remove("Tags");
        String name = request.path("AlarmName").asString("");
        Instant now = now();
        var changed = catalog.update(ALARM, name, alarm -> alarm.configured(kept, now));
        if (changed.isPresent()) {
            history.configured(changed.get(), "updated", now);
            return nothing();
        }
        int count = catalog.all(ALARM).size();
        if (count >= config.maxPerKind()) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_LIMIT_EXCEEDED, "There are " + count + " alarms, as many as may be.");
        }
        AlarmResource alarm =
                AlarmResource.of(name, config.arns().alarm(name), kept, now).withTags(tags);
        try {
            history.configured(catalog.create(ALARM, alarm), "created", now);
        } catch (PlatformException e) {
            if (e.code() != ErrorCode.RESOURCE_CONFLICT) {
                throw e;
            }
            // Made by another caller a moment ago.
            var _ = catalog.update(ALARM, name, each -> each.configured(kept, now));
        }
        return nothing();
    }

    private ObjectNode delete(ObjectNode request) {
        for (JsonNode each : request.path("AlarmNames")) {
            String name = each.asString("");
            var alarm = catalog.load(ALARM, name);
            if (catalog.delete(ALARM, name) && alarm.isPresent()) {
                history.configured(alarm.get(), "deleted", now());
            }
        }
        return nothing();
    }

    private ObjectNode setActionsEnabled(ObjectNode request, boolean isEnabled) {
        for (JsonNode each : request.path("AlarmNames")) {
            var _ = catalog.update(ALARM, each.asString(""), alarm -> {
                if (alarm.definition().isActionsEnabled() == isEnabled) {
                    return alarm;
                }
                ObjectNode changed = alarm.request().deepCopy();
                return alarm.configured(changed.put("ActionsEnabled", isEnabled), now());
            });
        }
        return nothing();
    }

    private ObjectNode setState(ObjectNode request) {
        String name = request.path("AlarmName").asString("");
        String data = request.path("StateReasonData").asStringOpt().orElse(null);
        if (data != null) {
            requireJson(data);
        }
        var value = AlarmState.Value.valueOf(request.path("StateValue").asString(""));
        Instant now = now();
        AlarmResource alarm = catalog.update(
                        ALARM,
                        name,
                        each -> each.withState(each.state()
                                .to(value, request.path("StateReason").asString(""), data, now)))
                .orElseThrow(() -> new PlatformException(
                        ErrorCode.RESOURCE_NOT_FOUND, "Alarm with name " + name + " does not exist."));
        if (alarm.state().transitionedAt().equals(now)) {
            history.changed(alarm);
        }
        return nothing();
    }

    private static void requireJson(String text) {
        try {
            var _ = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new PlatformException(ErrorCode.INVALID_FORMAT, "StateReasonData was not valid JSON.", e);
        }
    }

    static Map<String, String> tags(JsonNode list) {
        var tags = new TreeMap<String, String>();
        list.forEach(each ->
                tags.put(each.path("Key").asString(""), each.path("Value").asString("")));
        return tags;
    }

    private static ObjectNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// To the millisecond, as clients see it.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}

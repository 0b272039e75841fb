package dev.millrace.monitoring.alarm;

import static dev.millrace.controlplane.ResourceKind.ALARM_HISTORY;

import dev.millrace.controlplane.AlarmHistoryResource;
import dev.millrace.controlplane.AlarmHistoryResource.Item;
import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes down what happens to alarms. Thread-safe; every call blocks.
public final class AlarmHistory {
    private static final Duration KEPT = Duration.ofDays(30);

    private final ResourceCatalog catalog;

    public AlarmHistory(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    /// @param done `created`, `updated` or `deleted`
    public void configured(AlarmResource alarm, String done, Instant at) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("version", "1.0")
                .put("type", done.equals("created") ? "Create" : done.equals("updated") ? "Update" : "Delete");
        data.set(done.equals("deleted") ? "deletedAlarm" : "updatedAlarm", alarm.request());
        add(alarm, new Item(at, "ConfigurationUpdate", "Alarm \"" + alarm.name() + "\" " + done, data.toString()));
    }

    /// @param after in its new state
    public void changed(AlarmResource after) {
        AlarmState state = after.state();
        String before = String.valueOf(state.previous());
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("version", "1.0");
        data.putObject("oldState").put("stateValue", before);
        data.putObject("newState").put("stateValue", state.value().name()).put("stateReason", state.reason());
        add(
                after,
                new Item(
                        state.transitionedAt(),
                        "StateUpdate",
                        "Alarm updated from " + before + " to " + state.value(),
                        data.toString()));
    }

    /// @param problem why it was not done, or empty
    public void acted(AlarmResource alarm, String action, String problem, Instant at) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("version", "1.0")
                .put("actionState", problem.isEmpty() ? "Succeeded" : "Failed")
                .put("notificationResource", action)
                .put("stateUpdateTimestamp", alarm.state().transitionedAt().toEpochMilli());
        if (!problem.isEmpty()) {
            data.put("error", problem);
        }
        String summary = (problem.isEmpty() ? "Successfully executed action " : "Failed to execute action ") + action;
        add(alarm, new Item(at, "Action", summary.substring(0, Math.min(summary.length(), 255)), data.toString()));
    }

    /// Forgets what is older than thirty days.
    public void sweep(Instant now) {
        for (AlarmHistoryResource history : catalog.all(ALARM_HISTORY)) {
            if (history.since(now.minus(KEPT)).items().isEmpty()) {
                catalog.delete(ALARM_HISTORY, history.name());
            }
        }
    }

    private void add(AlarmResource alarm, Item item) {
        boolean isKnown = catalog.update(ALARM_HISTORY, alarm.name(), history -> history.with(item))
                .isPresent();
        if (isKnown) {
            return;
        }
        try {
            catalog.create(
                    ALARM_HISTORY, new AlarmHistoryResource(alarm.name(), alarm.arn(), 0, item.at(), List.of(item)));
        } catch (PlatformException e) {
            if (e.code() != ErrorCode.RESOURCE_CONFLICT) {
                throw e;
            }
            var _ = catalog.update(ALARM_HISTORY, alarm.name(), history -> history.with(item));
        }
    }
}

package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.SCHEDULED_ACTION;

import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScheduledActionResource;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `PutScheduledAction`, `DescribeScheduledActions`, `DeleteScheduledAction`.
final class ScheduledActionOperations {
    private static final String NAME = "ScheduledActionName";
    /// AWS's quota for a target.
    private static final int MAX_ACTIONS = 200;

    private final ScalingParts parts;

    ScheduledActionOperations(ScalingParts parts) {
        this.parts = parts;
    }

    List<Operation> all() {
        return List.of(
                new Operation("PutScheduledAction", ScheduledActionShapes.PUT, this::put),
                new Operation("DescribeScheduledActions", ScheduledActionShapes.DESCRIBE, this::describe),
                new Operation("DeleteScheduledAction", ScheduledActionShapes.DELETE, this::delete));
    }

    /// Creates or changes; members that a change leaves out stay, but for the start and the end, which
    /// go.
    private ObjectNode put(ObjectNode request) {
        ScalableTargetResource target = parts.targets().require(ScalingRequests.target(request));
        String name = request.get(NAME).stringValue();
        Optional<ScheduledActionResource> known =
                find(target.id(), name).filter(action -> action.targetArn().equals(target.arn()));
        ScheduledActionResource wanted = wanted(target, name, request, known.orElse(null));
        if (known.isPresent()) {
            parts.catalog().update(SCHEDULED_ACTION, wanted.name(), action -> action.replacedBy(wanted));
        } else {
            parts.requireRoom(
                    "scheduled actions for a scalable target",
                    parts.targets().scheduledActions(target).size(),
                    MAX_ACTIONS);
            // Of an earlier registration, whose removal was cut short.
            parts.catalog().delete(SCHEDULED_ACTION, wanted.name());
            parts.targets().create(SCHEDULED_ACTION, wanted);
        }
        return ScalingRequests.answer();
    }

    private ScheduledActionResource wanted(
            ScalableTargetResource target, String name, ObjectNode request, @Nullable ScheduledActionResource known) {
        Instant now = parts.now();
        String schedule = text(request, "Schedule", known == null ? null : known.schedule());
        String timezone = text(request, "Timezone", known == null ? null : known.timezone());
        JsonNode action = request.path("ScalableTargetAction");
        if (schedule == null || (known == null && action.isMissingNode())) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "Schedule and ScalableTargetAction are required for a new scheduled action.");
        }
        Schedule.parse(schedule);
        Schedule.zone(timezone);
        ScheduledActionResource kept = action.isMissingNode() ? known : null;
        return new ScheduledActionResource(
                ScalableTargets.documentName(target.id(), name),
                parts.config().arns().scheduledAction(parts.newId().toString(), target.id(), name),
                0,
                now,
                name,
                target.id(),
                target.arn(),
                schedule,
                timezone,
                instant(request, "StartTime"),
                instant(request, "EndTime"),
                kept == null ? number(action, "MinCapacity") : kept.minCapacity(),
                kept == null ? number(action, "MaxCapacity") : kept.maxCapacity(),
                now,
                null);
    }

    private ObjectNode describe(ObjectNode request) {
        List<ScheduledActionResource> asked = parts.catalog().all(SCHEDULED_ACTION).stream()
                .filter(action -> ScalingRequests.isAskedFor(request, action.target()))
                .filter(action -> ScalingRequests.isListed(request, "ScheduledActionNames", action.actionName()))
                .toList();
        return new Pages<ScheduledActionResource>("ScheduledActions", 50, ScheduledActionResource::name)
                .list(asked, request, ScheduledActionOperations::description);
    }

    private static ObjectNode description(ScheduledActionResource action) {
        ObjectNode answer = ScalingRequests.describing(action.target())
                .put(NAME, action.actionName())
                .put("ScheduledActionARN", action.arn())
                .put("Schedule", action.schedule());
        if (action.timezone() != null) {
            answer.put("Timezone", action.timezone());
        }
        if (action.startTime() != null) {
            answer.set("StartTime", ControlPlaneJson.seconds(action.startTime()));
        }
        if (action.endTime() != null) {
            answer.set("EndTime", ControlPlaneJson.seconds(action.endTime()));
        }
        ObjectNode bounds = answer.putObject("ScalableTargetAction");
        if (action.minCapacity() != null) {
            bounds.put("MinCapacity", action.minCapacity());
        }
        if (action.maxCapacity() != null) {
            bounds.put("MaxCapacity", action.maxCapacity());
        }
        answer.set("CreationTime", ControlPlaneJson.seconds(action.createdAt()));
        return answer;
    }

    private ObjectNode delete(ObjectNode request) {
        ScalableTargetId target = ScalingRequests.target(request);
        String name = request.get(NAME).stringValue();
        if (!parts.catalog().delete(SCHEDULED_ACTION, ScalableTargets.documentName(target, name))) {
            throw ScalableTargets.missing("No scheduled action found with name: " + name, target);
        }
        return ScalingRequests.answer();
    }

    private Optional<ScheduledActionResource> find(ScalableTargetId target, String name) {
        String document = ScalableTargets.documentName(target, name);
        return parts.catalog()
                .find(SCHEDULED_ACTION, document)
                .or(() -> parts.catalog().load(SCHEDULED_ACTION, document));
    }

    private static @Nullable String text(ObjectNode request, String member, @Nullable String before) {
        JsonNode given = request.get(member);
        return given == null ? before : given.stringValue();
    }

    private static @Nullable Integer number(JsonNode action, String member) {
        JsonNode given = action.get(member);
        return given == null ? null : given.intValue();
    }

    private static @Nullable Instant instant(ObjectNode request, String member) {
        JsonNode seconds = request.get(member);
        return seconds == null
                ? null
                : Instant.ofEpochMilli(seconds.decimalValue()
                        .multiply(BigDecimal.valueOf(1000))
                        .longValue());
    }
}

package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalableTargetResource.SuspendedState;
import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `RegisterScalableTarget`, `DeregisterScalableTarget`, `DescribeScalableTargets`.
final class TargetOperations {
    private final ScalingParts parts;
    private final ResourceCatalog catalog;

    TargetOperations(ScalingParts parts) {
        this.parts = parts;
        this.catalog = parts.catalog();
    }

    List<Operation> all() {
        return List.of(
                new Operation("RegisterScalableTarget", ScalingShapes.REGISTER, this::register),
                new Operation("DeregisterScalableTarget", ScalingShapes.DEREGISTER, this::deregister),
                new Operation("DescribeScalableTargets", ScalingShapes.DESCRIBE, this::describe));
    }

    /// Creates or changes; members that a change leaves out stay.
    private ObjectNode register(ObjectNode request) {
        ScalableTargetId id = ScalingRequests.target(request);
        Optional<String> note = parts.scaled().require(id);
        Instant now = parts.now();
        ScalableTargetResource target = catalog.update(
                        SCALABLE_TARGET, id.name(), known -> changed(known, request, now))
                .orElseGet(() -> create(id, request, now));
        note.ifPresent(text -> parts.targets().record(target, registered(target, text, now)));
        return ScalingRequests.answer().put("ScalableTargetARN", target.arn());
    }

    private static ScalableTargetResource changed(ScalableTargetResource known, ObjectNode request, Instant now) {
        int min = request.path("MinCapacity").asInt(known.minCapacity());
        int max = request.path("MaxCapacity").asInt(known.maxCapacity());
        requireInOrder(min, max);
        return known.withBounds(min, max, now).withSuspended(suspended(request, known.suspended()));
    }

    private ScalableTargetResource create(ScalableTargetId id, ObjectNode request, Instant now) {
        if (!request.has("MinCapacity") || !request.has("MaxCapacity")) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "MinCapacity and MaxCapacity are required to register a new scalable target.");
        }
        int min = request.get("MinCapacity").intValue();
        int max = request.get("MaxCapacity").intValue();
        parts.requireRoom(
                "scalable targets",
                catalog.all(SCALABLE_TARGET).size(),
                parts.config().maxPerKind());
        return parts.targets()
                .create(
                        SCALABLE_TARGET,
                        new ScalableTargetResource(
                                id,
                                parts.config()
                                        .arns()
                                        .scalableTarget(parts.newId().toString()),
                                0,
                                now,
                                min,
                                max,
                                suspended(request, SuspendedState.NOTHING),
                                now,
                                tags(request)));
    }

    private ObjectNode deregister(ObjectNode request) {
        ScalableTargetResource target = parts.targets().require(ScalingRequests.target(request));
        parts.targets().deregister(target, parts.now());
        return ScalingRequests.answer();
    }

    private ObjectNode describe(ObjectNode request) {
        List<ScalableTargetResource> asked = catalog.all(SCALABLE_TARGET).stream()
                .filter(target -> ScalingRequests.isListed(
                        request, "ResourceIds", target.id().resourceId()))
                .filter(target -> ScalingRequests.isAskedFor(request, target.id()))
                .toList();
        return new Pages<ScalableTargetResource>("ScalableTargets", 50, ScalableTargetResource::name)
                .list(asked, request, this::description);
    }

    private ObjectNode description(ScalableTargetResource target) {
        ObjectNode answer = ScalingRequests.describing(target.id())
                .put("MinCapacity", target.minCapacity())
                .put("MaxCapacity", target.maxCapacity())
                .put("RoleARN", parts.config().arns().scalingRole())
                .put("ScalableTargetARN", target.arn());
        answer.set("CreationTime", ControlPlaneJson.seconds(target.createdAt()));
        answer.set(
                "SuspendedState",
                ScalingRequests.answer()
                        .put("DynamicScalingInSuspended", target.suspended().in())
                        .put("DynamicScalingOutSuspended", target.suspended().out())
                        .put("ScheduledScalingSuspended", target.suspended().scheduled()));
        return answer;
    }

    private static ScalingActivity registered(ScalableTargetResource target, String note, Instant now) {
        return new ScalingActivity(
                UUID.nameUUIDFromBytes((target.arn() + note).getBytes(StandardCharsets.UTF_8))
                        .toString(),
                now,
                now,
                "Setting min capacity to " + target.minCapacity() + " and max capacity to " + target.maxCapacity(),
                "the scalable target was registered",
                ScalingActivity.StatusCode.SUCCESSFUL,
                "Successfully set min capacity to " + target.minCapacity() + " and max capacity to "
                        + target.maxCapacity(),
                note,
                null,
                null);
    }

    private static SuspendedState suspended(ObjectNode request, SuspendedState before) {
        JsonNode given = request.path("SuspendedState");
        return new SuspendedState(
                given.path("DynamicScalingInSuspended").asBoolean(before.in()),
                given.path("DynamicScalingOutSuspended").asBoolean(before.out()),
                given.path("ScheduledScalingSuspended").asBoolean(before.scheduled()));
    }

    private static Map<String, String> tags(ObjectNode request) {
        var tags = new HashMap<String, String>();
        request.path("Tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().stringValue()));
        return tags;
    }

    private static void requireInOrder(int min, int max) {
        if (min > max) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "Maximum capacity cannot be less than minimum capacity: " + max + " < " + min);
        }
    }
}

package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.SCALING_ACTIVITIES;

import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalingActivitiesResource;
import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `DescribeScalingActivities`.
final class ActivityOperations {
    private record Row(ScalableTargetId target, ScalingActivity activity) {
        /// Sorts the newest first.
        String key() {
            long fromEnd = Long.MAX_VALUE - activity.startTime().toEpochMilli();
            return fromEnd + " " + activity.id();
        }
    }

    private final ScalingParts parts;

    ActivityOperations(ScalingParts parts) {
        this.parts = parts;
    }

    List<Operation> all() {
        return List.of(new Operation("DescribeScalingActivities", ScalingShapes.DESCRIBE_ACTIVITIES, this::describe));
    }

    private ObjectNode describe(ObjectNode request) {
        Instant oldest = parts.now().minus(ScalingActivitiesResource.KEEP);
        boolean isAll = request.path("IncludeNotScaledActivities").asBoolean(false);
        List<Row> rows = parts.catalog().all(SCALING_ACTIVITIES).stream()
                .filter(log -> ScalingRequests.isAskedFor(request, log.target()))
                .flatMap(log -> log.activities().stream().map(activity -> new Row(log.target(), activity)))
                .filter(row -> row.activity().startTime().isAfter(oldest))
                .filter(row -> isAll || row.activity().notScaled() == null)
                .toList();
        return new Pages<Row>("ScalingActivities", 50, Row::key).list(rows, request, ActivityOperations::description);
    }

    private static ObjectNode description(Row row) {
        ScalingActivity activity = row.activity();
        ObjectNode answer = ScalingRequests.describing(row.target())
                .put("ActivityId", activity.id())
                .put("Description", activity.description())
                .put("Cause", activity.cause())
                .put("StatusCode", activity.statusCode().wireName());
        answer.set("StartTime", ControlPlaneJson.seconds(activity.startTime()));
        answer.set("EndTime", ControlPlaneJson.seconds(activity.endTime()));
        if (activity.statusMessage() != null) {
            answer.put("StatusMessage", activity.statusMessage());
        }
        if (activity.details() != null) {
            answer.put("Details", activity.details());
        }
        ScalingActivity.NotScaled notScaled = activity.notScaled();
        if (notScaled != null) {
            answer.putArray("NotScaledReasons")
                    .addObject()
                    .put("Code", notScaled.code())
                    .put("MaxCapacity", notScaled.maxCapacity())
                    .put("MinCapacity", notScaled.minCapacity())
                    .put("CurrentCapacity", notScaled.currentCapacity());
        }
        return answer;
    }
}

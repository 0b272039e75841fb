package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;

import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/// `TagResource`, `UntagResource`, `ListTagsForResource`, of scalable targets.
final class TargetTagOperations {
    private static final int MAX_TAGS = 50;

    private final ScalingParts parts;

    TargetTagOperations(ScalingParts parts) {
        this.parts = parts;
    }

    List<Operation> all() {
        return List.of(
                new Operation("TagResource", ScalingShapes.TAG, this::tag),
                new Operation("UntagResource", ScalingShapes.UNTAG, this::untag),
                new Operation("ListTagsForResource", ScalingShapes.LIST_TAGS, this::list));
    }

    private ObjectNode tag(ObjectNode request) {
        return change(request, tags -> {
            var all = new HashMap<>(tags);
            request.get("Tags")
                    .properties()
                    .forEach(tag -> all.put(tag.getKey(), tag.getValue().stringValue()));
            if (all.size() > MAX_TAGS) {
                throw new PlatformException(
                        ErrorCode.TAG_LIMIT_EXCEEDED, "A scalable target has at most " + MAX_TAGS + " tags.");
            }
            return all;
        });
    }

    private ObjectNode untag(ObjectNode request) {
        return change(request, tags -> {
            var left = new HashMap<>(tags);
            request.get("TagKeys").forEach(key -> left.remove(key.stringValue()));
            return left;
        });
    }

    private ObjectNode list(ObjectNode request) {
        ObjectNode answer = ScalingRequests.answer();
        ObjectNode tags = answer.putObject("Tags");
        new TreeMap<>(target(request).tags()).forEach(tags::put);
        return answer;
    }

    private ObjectNode change(ObjectNode request, UnaryOperator<Map<String, String>> change) {
        ScalableTargetResource target = target(request);
        parts.catalog()
                .update(
                        SCALABLE_TARGET,
                        target.name(),
                        each -> each.arn().equals(target.arn()) ? each.withTags(change.apply(each.tags())) : each);
        return ScalingRequests.answer();
    }

    private ScalableTargetResource target(ObjectNode request) {
        String arn = request.get("ResourceARN").stringValue();
        return parts.catalog().all(SCALABLE_TARGET).stream()
                .filter(target -> target.arn().equals(arn))
                .findFirst()
                .orElseThrow(() -> new PlatformException(
                        ErrorCode.TAGGED_RESOURCE_NOT_FOUND, "The resource " + arn + " doesn't exist."));
    }
}

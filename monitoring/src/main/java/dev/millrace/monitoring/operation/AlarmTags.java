package dev.millrace.monitoring.operation;

import static dev.millrace.controlplane.ResourceKind.ALARM;

import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tags of alarms, which are changed with the alarm and go with it.
final class AlarmTags {
    private static final int MAX_TAGS = 50;

    private final ResourceCatalog catalog;
    private final Arns arns;

    AlarmTags(ResourceCatalog catalog, Arns arns) {
        this.catalog = catalog;
        this.arns = arns;
    }

    List<Operation> all() {
        return List.of(
                new Operation("TagResource", AlarmShapes.TAG_RESOURCE, this::tag),
                new Operation("UntagResource", AlarmShapes.UNTAG_RESOURCE, this::untag),
                new Operation("ListTagsForResource", AlarmShapes.LIST_TAGS_FOR_RESOURCE, this::list));
    }

    private ObjectNode tag(ObjectNode request) {
        Map<String, String> more = AlarmOperations.tags(request.path("Tags"));
        change(request, tags -> tags.putAll(more));
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode untag(ObjectNode request) {
        change(request, tags -> request.path("TagKeys").forEach(key -> tags.remove(key.asString(""))));
        return JsonNodeFactory.instance.objectNode();
    }

    private ObjectNode list(ObjectNode request) {
        String name = name(request);
        AlarmResource alarm =
                catalog.find(ALARM, name).or(() -> catalog.load(ALARM, name)).orElseThrow(() -> missing(request));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode tags = answer.putArray("Tags");
        new TreeMap<>(alarm.tags())
                .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
        return answer;
    }

    @FunctionalInterface
    private interface Change {
        void to(Map<String, String> tags);
    }

    private void change(ObjectNode request, Change change) {
        var _ = catalog.update(ALARM, name(request), alarm -> {
                    var tags = new TreeMap<>(alarm.tags());
                    change.to(tags);
                    if (tags.size() > MAX_TAGS) {
                        throw new PlatformException(
                                ErrorCode.INVALID_PARAMETER, "A resource has at most " + MAX_TAGS + " tags.");
                    }
                    return alarm.withTags(tags);
                })
                .orElseThrow(() -> missing(request));
    }

    private String name(ObjectNode request) {
        String arn = request.path("ResourceARN").asString("");
        String prefix = arns.alarm("");
        if (!arn.startsWith(prefix)) {
            throw missing(request);
        }
        return arn.substring(prefix.length());
    }

    private static PlatformException missing(ObjectNode request) {
        return new PlatformException(
                ErrorCode.RESOURCE_NOT_FOUND,
                "The resource " + request.path("ResourceARN").asString("") + " does not exist.");
    }
}

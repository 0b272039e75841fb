package dev.millrace.controlplane.scaling;

import dev.millrace.controlplane.ScalableDimension;
import dev.millrace.controlplane.ScalableTargetId;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Members that many requests and answers share.
final class ScalingRequests {
    private ScalingRequests() {}

    /// @param request that was checked by its shape
    static ScalableTargetId target(ObjectNode request) {
        return new ScalableTargetId(
                request.get(ScalingShapes.RESOURCE_ID).stringValue(),
                ScalableDimension.of(request.get(ScalingShapes.DIMENSION).stringValue()));
    }

    /// Whether a listing asks for what belongs to that target.
    static boolean isAskedFor(ObjectNode request, ScalableTargetId target) {
        return isSame(request.path(ScalingShapes.RESOURCE_ID), target.resourceId())
                && isSame(
                        request.path(ScalingShapes.DIMENSION),
                        target.dimension().wireName());
    }

    /// Whether the list of names is empty or has the name.
    static boolean isListed(ObjectNode request, String member, String name) {
        JsonNode names = request.path(member);
        return names.isEmpty() || texts(names).contains(name);
    }

    static ObjectNode answer() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode list() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// The members that name a target, as answers begin.
    static ObjectNode describing(ScalableTargetId target) {
        return answer().put(ScalingShapes.NAMESPACE, ScalableTargetId.SERVICE_NAMESPACE)
                .put(ScalingShapes.RESOURCE_ID, target.resourceId())
                .put(ScalingShapes.DIMENSION, target.dimension().wireName());
    }

    private static boolean isSame(JsonNode wanted, String value) {
        return wanted.isMissingNode() || wanted.stringValue().equals(value);
    }

    private static Set<String> texts(JsonNode list) {
        var texts = new HashSet<String>();
        list.forEach(each -> texts.add(each.stringValue()));
        return texts;
    }
}

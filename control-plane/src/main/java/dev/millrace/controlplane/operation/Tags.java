package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.TaggedResource;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tags of a resource by key, in the order in which they came, as the API writes them.
final class Tags {
    private static final String MEMBER = "Tags";

    private Tags() {}

    static Map<String, String> of(TaggedResource resource) {
        return of(resource.request());
    }

    static Map<String, String> of(ObjectNode request) {
        var tags = new LinkedHashMap<String, String>();
        for (JsonNode tag : request.path(MEMBER).values()) {
            tags.put(tag.path("Key").asString(""), tag.path("Value").asString(""));
        }
        return tags;
    }

    static ArrayNode json(Map<String, String> tags) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        tags.forEach((key, value) -> list.addObject().put("Key", key).put("Value", value));
        return list;
    }

    /// The resource with these tags and no others.
    static TaggedResource replace(TaggedResource resource, Map<String, String> tags) {
        ObjectNode request = resource.request().deepCopy();
        request.set(MEMBER, json(tags));
        return resource.withRequest(request);
    }
}

package dev.millrace.controlplane.topic;

import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The value of a `String.Array` attribute: a JSON list of strings, numbers, `true`, `false` and `null`.
final class AttributeArray {
    private static final JsonMapper JSON = new JsonMapper();

    private AttributeArray() {}

    static boolean isOne(String value) {
        return parse(value).isPresent();
    }

    static Optional<List<JsonNode>> parse(String value) {
        try {
            JsonNode node = JSON.readTree(value);
            return node.isArray() && node.valueStream().allMatch(each -> each.isValueNode() && !each.isMissingNode())
                    ? Optional.of(node.valueStream().toList())
                    : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}

package dev.millrace.controlplane.topic;

import dev.millrace.invocation.MessageAttribute;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Which messages a subscriber wants: SNS's `FilterPolicy`.
sealed interface FilterPolicy {
    /// What a policy is asked of.
    enum Scope {
        MESSAGE_ATTRIBUTES("MessageAttributes"),
        MESSAGE_BODY("MessageBody");

        private final String label;

        Scope(String label) {
            this.label = label;
        }

        static Optional<Scope> of(String label) {
            return Stream.of(values()).filter(each -> each.label.equals(label)).findFirst();
        }
    }

    /// Every one of them.
    record All(List<FilterPolicy> policies) implements FilterPolicy {}

    /// At least one of them.
    record Any(List<FilterPolicy> policies) implements FilterPolicy {}

    /// A key whose value at least one matcher accepts.
    record Key(String name, List<FilterMatcher> matchers) implements FilterPolicy {}

    /// A key whose value is an object that the policy accepts.
    record Nested(String name, FilterPolicy policy) implements FilterPolicy {}

    /// Whether it accepts a message by its attributes.
    default boolean accepts(Map<String, MessageAttribute> attributes) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        attributes.forEach((name, attribute) -> values.set(name, value(attribute)));
        return accepts(values);
    }

    /// Whether it accepts a message by its body.
    ///
    /// @param body accepted only if it is an object
    default boolean accepts(JsonNode body) {
        return body.isObject()
                && switch (this) {
                    case All(List<FilterPolicy> policies) -> policies.stream().allMatch(each -> each.accepts(body));
                    case Any(List<FilterPolicy> policies) -> policies.stream().anyMatch(each -> each.accepts(body));
                    case Key(String name, List<FilterMatcher> matchers) -> {
                        boolean isThere = body.has(name);
                        List<JsonNode> values = values(body.path(name));
                        yield matchers.stream().anyMatch(each -> each.accepts(isThere, values));
                    }
                    case Nested(String name, FilterPolicy policy) -> {
                        List<JsonNode> values = values(body.path(name));
                        // A key that must not be there is not there in an object that is not there either.
                        yield values.isEmpty()
                                ? policy.accepts(JsonNodeFactory.instance.objectNode())
                                : values.stream().anyMatch(policy::accepts);
                    }
                };
    }

    /// Of a list any item may match.
    private static List<JsonNode> values(JsonNode node) {
        if (node.isMissingNode()) {
            return List.of();
        }
        return node.isArray() ? node.valueStream().toList() : List.of(node);
    }

    private static JsonNode value(MessageAttribute attribute) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (attribute.type()) {
            case "Number" -> nodes.numberNode(Double.parseDouble(attribute.value()));
            case "String.Array" ->
                nodes.arrayNode().addAll(AttributeArray.parse(attribute.value()).orElse(List.of()));
            case "Binary" -> nodes.arrayNode();
            default -> nodes.stringNode(attribute.value());
        };
    }
}

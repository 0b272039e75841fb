package dev.millrace.controlplane.shape;

import dev.millrace.controlplane.shape.Member.Refusal;
import dev.millrace.controlplane.shape.Member.Support;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Checks requests against their shapes and keeps what the shapes name: members that are unknown or null are
/// left
/// out. Thread-safe.
public final class RequestReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final UserLocations locations;

    /// @param platformBucket which no location in a request may name
    public RequestReader(BucketName platformBucket) {
        this.locations = new UserLocations(platformBucket);
    }

    /// The request with nothing but members of the shape, each as its own shape says.
    ///
    /// @throws PlatformException `MALFORMED_REQUEST` when a member is of another type; `VALIDATION_ERROR`
    ///     with every
    ///     rule that is broken, in the API's words
    public ObjectNode read(Shape.Structure shape, ObjectNode request) {
        var problems = new Problems();
        ObjectNode kept = structure(shape, request, "", problems);
        problems.throwIfAny();
        return kept;
    }

    private ObjectNode structure(Shape.Structure shape, JsonNode node, String path, Problems problems) {
        if (!node.isObject()) {
            throw mistyped(node, path, "a structure");
        }
        ObjectNode kept = NODES.objectNode();
        for (Member member : shape.members()) {
            JsonNode value = node.get(member.name());
            String memberPath = (path.isEmpty() ? "" : path + ".") + camelCase(member.name());
            if (value == null || value.isNull()) {
                if (member.isRequired()) {
                    problems.constraint(null, memberPath, "Member must not be null");
                }
            } else {
                member(member, value, memberPath, problems).ifPresent(read -> kept.set(member.name(), read));
            }
        }
        if (problems.areNone()) {
            shape.rules().stream()
                    .filter(rule -> !rule.holds().test(kept))
                    .forEach(rule -> problems.rule(path, rule.message()));
        }
        return kept;
    }

    private Optional<JsonNode> member(Member member, JsonNode value, String path, Problems problems) {
        if (member.support() instanceof Support.Refused(String feature)) {
            if (!value.isContainer() || !value.isEmpty()) {
                problems.refusal(path, feature);
            }
            return Optional.empty();
        }
        JsonNode read = value(member.shape(), value, path, problems);
        for (Refusal refusal : member.refusals()) {
            boolean isRefused = switch (refusal) {
                case Refusal.Value(String refused, String _) ->
                    read.isValueNode() && read.asString().equals(refused);
                case Refusal.MoreThan(int items, String _) -> read.size() > items;
            };
            if (isRefused) {
                problems.refusal(path, refusal.feature());
            }
        }
        return Optional.of(read);
    }

    private JsonNode value(Shape shape, JsonNode node, String path, Problems problems) {
        return switch (shape) {
            case Shape.Text text -> text(text, node, path, problems);
            case Shape.Choice choice -> choice(choice, node, path, problems);
            case Shape.Whole whole -> whole(whole, node, path, problems);
            case Shape.Decimal decimal -> decimal(decimal, node, path, problems);
            case Shape.Time _ -> time(node, path);
            case Shape.Flag _ -> flag(node, path);
            case Shape.Items items -> items(items, node, path, problems);
            case Shape.Entries entries -> entries(entries, node, path, problems);
            case Shape.Structure structure -> structure(structure, node, path, problems);
        };
    }

    private JsonNode text(Shape.Text shape, JsonNode node, String path, Problems problems) {
        if (!node.isString()) {
            throw mistyped(node, path, "a String");
        }
        String value = node.stringValue();
        String violated = violated(shape, value);
        if (violated != null) {
            problems.constraint(value, path, violated);
        }
        return node;
    }

    private @Nullable String violated(Shape.Text shape, String value) {
        if (value.length() > shape.max()) {
            return "Member must have length less than or equal to " + shape.max();
        }
        if (value.length() < shape.min()) {
            return "Member must have length greater than or equal to " + shape.min();
        }
        Pattern pattern = shape.pattern();
        if (pattern != null && !pattern.matcher(value).matches()) {
            return "Member must satisfy regular expression pattern: " + pattern;
        }
        return locations.violated(shape.form(), value);
    }

    private static JsonNode choice(Shape.Choice shape, JsonNode node, String path, Problems problems) {
        if (!node.isString()) {
            throw mistyped(node, path, "a String");
        }
        if (!shape.words().contains(node.stringValue())) {
            problems.constraint(node.stringValue(), path, "Member must satisfy enum value set: " + shape.words());
        }
        return node;
    }

    private static JsonNode whole(Shape.Whole shape, JsonNode node, String path, Problems problems) {
        double value = number(node, path, "an Integer");
        if (value != Math.rint(value)) {
            throw mistyped(node, path, "an Integer");
        }
        if (value < shape.min()) {
            problems.constraint(
                    node.asString(), path, "Member must have value greater than or equal to " + shape.min());
        } else if (value > shape.max()) {
            problems.constraint(node.asString(), path, "Member must have value less than or equal to " + shape.max());
        }
        // As the same number is read from a stored document, so that the two are equal.
        return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode((long) value);
    }

    private static JsonNode decimal(Shape.Decimal shape, JsonNode node, String path, Problems problems) {
        double value = number(node, path, "a Float");
        if (value < shape.min()) {
            problems.constraint(
                    node.asString(), path, "Member must have value greater than or equal to " + (long) shape.min());
        }
        return node;
    }

    /// The last instant that clients can show: the end of the year 9999.
    private static JsonNode time(JsonNode node, String path) {
        double value = number(node, path, "a Timestamp");
        if (value < 0 || value >= 253_402_300_800.0) {
            throw mistyped(node, path, "a Timestamp");
        }
        return node;
    }

    private static JsonNode flag(JsonNode node, String path) {
        if (!node.isBoolean()) {
            throw mistyped(node, path, "a Boolean");
        }
        return node;
    }

    private static double number(JsonNode node, String path, String expected) {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue(Double.NaN))) {
            throw mistyped(node, path, expected);
        }
        return node.doubleValue();
    }

    private JsonNode items(Shape.Items shape, JsonNode node, String path, Problems problems) {
        if (!node.isArray()) {
            throw mistyped(node, path, "a list");
        }
        if (node.size() > shape.max()) {
            problems.constraint(listed(node), path, "Member must have length less than or equal to " + shape.max());
            return node;
        }
        if (node.size() < shape.min()) {
            problems.constraint(listed(node), path, "Member must have length greater than or equal to " + shape.min());
        }
        ArrayNode kept = NODES.arrayNode();
        for (int i = 0; i < node.size(); i++) {
            JsonNode item = node.get(i);
            String itemPath = path + "." + (i + 1) + ".member";
            if (item.isNull()) {
                problems.constraint(null, itemPath, "Member must not be null");
            } else {
                kept.add(value(shape.each(), item, itemPath, problems));
            }
        }
        return kept;
    }

    private JsonNode entries(Shape.Entries shape, JsonNode node, String path, Problems problems) {
        if (!node.isObject()) {
            throw mistyped(node, path, "a map");
        }
        if (node.size() > shape.max()) {
            problems.constraint(
                    node.size() + " entries", path, "Member must have length less than or equal to " + shape.max());
            return node;
        }
        ObjectNode kept = NODES.objectNode();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String violated = violated(shape.key(), entry.getKey());
            if (violated != null) {
                problems.constraint(entry.getKey(), path, "Map keys must satisfy constraint: [" + violated + "]");
            } else if (!entry.getValue().isNull()) {
                kept.set(
                        entry.getKey(),
                        text(shape.value(), entry.getValue(), path + "." + entry.getKey() + ".member", problems));
            }
        }
        return kept;
    }

    private static String listed(JsonNode node) {
        return "[" + node.size() + " items]";
    }

    private static String camelCase(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    private static PlatformException mistyped(JsonNode node, String path, String expected) {
        String found = switch (node.getNodeType()) {
            case ARRAY -> "Start of list";
            case OBJECT -> "Start of structure";
            case STRING -> "STRING_VALUE";
            case NUMBER -> "NUMBER_VALUE";
            case BOOLEAN -> node.booleanValue() ? "TRUE_VALUE" : "FALSE_VALUE";
            case NULL -> "NULL_VALUE";
            case BINARY, MISSING, POJO -> "value";
        };
        return new PlatformException(
                ErrorCode.MALFORMED_REQUEST, found + " can not be converted to " + expected + " at '" + path + "'");
    }
}

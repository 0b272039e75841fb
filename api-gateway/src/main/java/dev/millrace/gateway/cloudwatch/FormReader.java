package dev.millrace.gateway.cloudwatch;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Makes a form's flat parameters, such as `Dimensions.member.1.Name`, the tree that a shape describes. What the shape
/// does not name is left out; values are checked later, as those of every protocol.
final class FormReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER = 100;

    /// A part of a name: the value that ends there, and what goes on.
    private static final class Branch {
        private String value = "";
        private boolean isValue;
        private final Map<String, Branch> children = new TreeMap<>();
    }

    private FormReader() {}

    /// @throws PlatformException `MALFORMED_REQUEST` when a value cannot be one of its shape
    static ObjectNode read(Shape.Structure shape, Map<String, String> parameters) {
        var root = new Branch();
        parameters.forEach((name, value) -> {
            String[] parts = name.split("\\.", MAX_DEPTH + 1);
            if (parts.length > MAX_DEPTH) {
                throw malformed("a parameter's name has too many parts");
            }
            Branch at = root;
            for (String part : parts) {
                at = at.children.computeIfAbsent(part, _ -> new Branch());
            }
            at.value = value;
            at.isValue = true;
        });
        return structure(shape, root);
    }

    private static ObjectNode structure(Shape.Structure shape, Branch branch) {
        ObjectNode node = NODES.objectNode();
        for (Member member : shape.members()) {
            Branch child = branch.children.get(member.name());
            if (child != null) {
                node.set(member.name(), value(member.shape(), child, member.name()));
            }
        }
        return node;
    }

    private static JsonNode value(Shape shape, Branch branch, String name) {
        return switch (shape) {
            case Shape.Text _, Shape.Choice _ -> NODES.stringNode(plain(branch, name));
            case Shape.Whole _, Shape.Decimal _ -> NODES.numberNode(number(plain(branch, name), name));
            case Shape.Flag _ -> flag(plain(branch, name), name);
            case Shape.Time _ -> time(plain(branch, name), name);
            case Shape.Items(int _, int max, Shape each) -> items(max, each, branch, name);
            case Shape.Entries _ -> throw malformed(name + ": a map is not taken in this protocol");
            case Shape.Structure structure -> structure(structure, branch);
        };
    }

    /// An empty list is the name alone.
    private static ArrayNode items(int max, Shape each, Branch branch, String name) {
        ArrayNode items = NODES.arrayNode();
        Branch members = branch.children.get("member");
        if (members == null) {
            return items;
        }
        for (int number = 1; number <= max + 1; number++) {
            Branch item = members.children.get(Integer.toString(number));
            if (item == null) {
                break;
            }
            items.add(value(each, item, name));
        }
        return items;
    }

    private static String plain(Branch branch, String name) {
        if (!branch.isValue) {
            throw malformed(name + ": a value is expected");
        }
        return branch.value;
    }

    private static BigDecimal number(String text, String name) {
        try {
            if (text.length() <= MAX_NUMBER && Math.abs(Double.parseDouble(text)) <= Double.MAX_VALUE) {
                return BigDecimal.valueOf(Double.parseDouble(text));
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw malformed(name + ": a number is expected");
    }

    private static JsonNode flag(String text, String name) {
        return switch (text) {
            case "true" -> NODES.booleanNode(true);
            case "false" -> NODES.booleanNode(false);
            default -> throw malformed(name + ": true or false is expected");
        };
    }

    /// ISO 8601, or seconds since the epoch.
    private static JsonNode time(String text, String name) {
        if (!text.isEmpty() && text.indexOf('T') < 0) {
            return NODES.numberNode(number(text, name));
        }
        try {
            var at = OffsetDateTime.parse(text.length() <= MAX_NUMBER ? text : "")
                    .toInstant();
            return NODES.numberNode(BigDecimal.valueOf(at.toEpochMilli(), 3));
        } catch (DateTimeException _) {
            throw malformed(name + ": a time such as 2026-01-02T03:04:05Z is expected");
        }
    }

    private static PlatformException malformed(String message) {
        return new PlatformException(ErrorCode.MALFORMED_REQUEST, message);
    }
}

package dev.millrace.gateway.cloudwatch;

import dev.millrace.gateway.http.QueryXml;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/// Writes an answer's tree as the XML of the Query protocol.
final class TreeXml {
    /// What is a map and not a structure: a tree does not tell.
    private static final Set<String> MAPS = Set.of("ExtendedStatistics");

    private TreeXml() {}

    /// The members of the tree, without an element around them.
    static String members(JsonNode tree) {
        var xml = new StringBuilder();
        for (Map.Entry<String, JsonNode> member : tree.properties()) {
            append(xml, member.getKey(), member.getValue());
        }
        return xml.toString();
    }

    private static void append(StringBuilder xml, String name, JsonNode value) {
        if (value.isNull()) {
            return;
        }
        if (!value.isContainer()) {
            xml.append(QueryXml.element(name, text(value)));
            return;
        }
        xml.append('<').append(name).append('>');
        if (value.isArray()) {
            for (JsonNode item : value) {
                append(xml, "member", item);
            }
        } else if (MAPS.contains(name)) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                xml.append("<entry>")
                        .append(QueryXml.element("key", entry.getKey()))
                        .append(QueryXml.element("value", text(entry.getValue())))
                        .append("</entry>");
            }
        } else {
            xml.append(members(value));
        }
        xml.append("</").append(name).append('>');
    }

    private static String text(JsonNode value) {
        return value instanceof POJONode pojo && pojo.getPojo() instanceof Instant time
                ? time.toString()
                : value.asString();
    }
}

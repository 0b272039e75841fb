package dev.millrace.gateway.sns;

import dev.millrace.gateway.http.QueryCall;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.PlatformException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads the members of a Query call: plain ones, and maps and lists that are spread over numbered names.
///
/// @param values every parameter of the call
/// @param prefix of the names that are read, empty for the call itself
/// @param isLink whether somebody followed a link in a message, who has shown no credentials
record QueryParameters(Map<String, String> values, String prefix, boolean isLink) {
    static QueryParameters of(QueryCall call) {
        return new QueryParameters(call.parameters(), "", call.isLink());
    }

    String required(String name) {
        String value = optional(name);
        if (value == null || value.isEmpty()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + prefix + name + " is missing");
        }
        return value;
    }

    @Nullable
    String optional(String name) {
        return values.get(prefix + name);
    }

    String orEmpty(String name) {
        String value = optional(name);
        return value == null ? "" : value;
    }

    /// `name.member.N`, from 1.
    List<String> list(String name) {
        return IntStream.iterate(1, i -> optional(name + ".member." + i) != null, i -> i + 1)
                .mapToObj(i -> orEmpty(name + ".member." + i))
                .toList();
    }

    /// `Attributes.entry.N.key` and `.value`, from 1.
    Map<String, String> map(String name) {
        return pairs(name + ".entry.", ".key", ".value");
    }

    /// `Tags.member.N.Key` and `.Value`, from 1.
    Map<String, String> tags() {
        return pairs("Tags.member.", ".Key", ".Value");
    }

    /// The structures `name.member.N`, from 1; each reads its own members.
    List<QueryParameters> members(String name) {
        List<QueryParameters> members = new ArrayList<>();
        for (int i = 1; i <= values.size(); i++) {
            String member = prefix + name + ".member." + i + ".";
            if (values.keySet().stream().noneMatch(each -> each.startsWith(member))) {
                break;
            }
            members.add(new QueryParameters(values, member, isLink));
        }
        return members;
    }

    /// `MessageAttributes.entry.N.Name` and the members of `.Value`, from 1.
    Map<String, MessageAttribute> messageAttributes() {
        Map<String, MessageAttribute> attributes = new HashMap<>();
        for (int i = 1; optional("MessageAttributes.entry." + i + ".Name") != null; i++) {
            String entry = "MessageAttributes.entry." + i;
            String type = required(entry + ".Value.DataType");
            String value = orEmpty(entry + (type.equals("Binary") ? ".Value.BinaryValue" : ".Value.StringValue"));
            attributes.put(required(entry + ".Name"), new MessageAttribute(type, value));
        }
        return attributes;
    }

    private Map<String, String> pairs(String start, String key, String value) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 1; optional(start + i + key) != null; i++) {
            pairs.put(required(start + i + key), orEmpty(start + i + value));
        }
        return pairs;
    }
}

package dev.millrace.gateway.sns;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the members of a Query call: plain ones, and maps and lists that are spread over numbered names.
record QueryParameters(Map<String, String> values) {
    String required(String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + name + " is missing");
        }
        return value;
    }

    @Nullable
    String optional(String name) {
        return values.get(name);
    }

    /// `Attributes.entry.N.key` and `.value`, from 1.
    Map<String, String> map(String name) {
        return pairs(name + ".entry.", ".key", ".value");
    }

    /// `Tags.member.N.Key` and `.Value`, from 1.
    Map<String, String> tags() {
        return pairs("Tags.member.", ".Key", ".Value");
    }

    private Map<String, String> pairs(String prefix, String key, String value) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 1; values.containsKey(prefix + i + key); i++) {
            pairs.put(required(prefix + i + key), values.getOrDefault(prefix + i + value, ""));
        }
        return pairs;
    }
}

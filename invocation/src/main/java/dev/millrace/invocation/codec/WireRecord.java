package dev.millrace.invocation.codec;

import dev.millrace.invocation.Payload;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A Kafka record without Kafka: headers and a value.
///
/// @param headers in the order in which they are written; names are lower case
public record WireRecord(Map<String, String> headers, Payload value) {
    public WireRecord {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}

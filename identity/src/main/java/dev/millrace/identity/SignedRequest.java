package dev.millrace.identity;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What of a request a signature speaks for, as it came over the wire.
///
/// @param path as in the request line, still encoded, without the query
/// @param query as in the request line, still encoded, without the question mark; empty when there is
///     none
/// @param headers by lower-case name, the values in the order in which they came
public record SignedRequest(String method, String path, String query, Map<String, List<String>> headers) {
    /// The header's only value, or null when it is missing or given more than once.
    @Nullable
    String only(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? values.getFirst() : null;
    }
}

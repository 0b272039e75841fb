package dev.millrace.invocation;

import org.jspecify.annotations.Nullable;

/// A control-plane document as it is now.
///
/// @param kind such as `endpoint`
/// @param revision grows with every change; a reader keeps the highest it has seen
/// @param document the JSON text, or null when the resource was deleted
public record ResourceChange(
        String kind, String name, long revision, @Nullable String document) {
    public String key() {
        return kind + "/" + name;
    }
}

package dev.millrace.invocation.port;

import dev.millrace.invocation.InvocationId;
import org.jspecify.annotations.Nullable;

/// What is kept beside an object's bytes.
///
/// @param invocationId written as metadata `invocation-id`, so that a second writer can tell its own work;
///     null for
///     objects of no invocation
public record ObjectAttributes(
        @Nullable String contentType, @Nullable InvocationId invocationId) {
    public static final ObjectAttributes JSON = new ObjectAttributes("application/json", null);
    public static final ObjectAttributes NONE = new ObjectAttributes(null, null);
}

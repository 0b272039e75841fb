package dev.millrace.invocation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The answer of a real-time call.
public sealed interface Reply {
    InvocationId invocationId();

    /// @param body the answer itself, or where it was stored when it is over the inline limit
    record Success(
            InvocationId invocationId,
            InferenceInput body,
            @Nullable String contentType,
            @Nullable String customAttributes,
            Duration modelLatency)
            implements Reply {}

    /// @param originalStatusCode what the model's server answered; 0 when it did not answer in time
    record Failure(InvocationId invocationId, ErrorCode code, String message, int originalStatusCode)
            implements Reply {}
}

package dev.millrace.outbound;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What came of one call.
public sealed interface OutboundAnswer {
    /// The other side answered; a redirect is an answer like any other and is not followed.
    ///
    /// @param retryAfter what the other side asked for, or null
    /// @param body the first 64 KB, for a log; never shown to callers
    record Answered(int statusCode, @Nullable Duration retryAfter, String body) implements OutboundAnswer {
        public boolean isSuccess() {
            return statusCode >= 200 && statusCode < 300;
        }
    }

    /// No answer: not resolved, not connected, broken off or too slow. May succeed later.
    record NotReached(String reason) implements OutboundAnswer {}

    /// The address may not be called; nothing was sent.
    record Forbidden(String reason) implements OutboundAnswer {}
}

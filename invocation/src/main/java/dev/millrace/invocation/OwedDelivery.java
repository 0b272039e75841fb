package dev.millrace.invocation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A notification that has not been taken yet; kept until it is, or until it is given up.
///
/// @param messageId the same on every attempt, and the same when the event that caused it is read twice
/// @param body what is sent; to a subscription a [TopicMessage] as JSON, or the token of a confirmation
/// @param attempts made so far
/// @param nextAttemptAt not before then
/// @param lastFailure why the last attempt failed, or null before the first
public record OwedDelivery(
        String messageId,
        Destination destination,
        String body,
        Instant createdAt,
        int attempts,
        Instant nextAttemptAt,
        @Nullable String lastFailure) {

    /// One that was never tried.
    public static OwedDelivery first(String messageId, Destination destination, String body, Instant now) {
        return new OwedDelivery(messageId, destination, body, now, 0, now, null);
    }

    /// The key under which its latest state is kept.
    public String key() {
        return messageId + " " + destination.address();
    }

    public OwedDelivery failed(String failure, Instant nextAttempt) {
        return new OwedDelivery(messageId, destination, body, createdAt, attempts + 1, nextAttempt, failure);
    }
}

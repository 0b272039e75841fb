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
/// @param call whose end it tells, or null where it tells something else
public record OwedDelivery(
        String messageId,
        Destination destination,
        String body,
        Instant createdAt,
        int attempts,
        Instant nextAttemptAt,
        @Nullable String lastFailure,
        @Nullable Call call) {
    /// Where a call went that has ended.
    public record Call(EndpointName endpoint, VariantName variant) {}

    /// One that was never tried.
    public static OwedDelivery first(String messageId, Destination destination, String body, Instant now) {
        return new OwedDelivery(messageId, destination, body, now, 0, now, null, null);
    }

    /// The key under which its latest state is kept.
    public String key() {
        return messageId + " " + destination.address();
    }

    public OwedDelivery failed(String failure, Instant nextAttempt) {
        return with(attempts + 1, nextAttempt, failure, call);
    }

    /// To be looked at again, with no attempt made.
    public OwedDelivery postponed(Instant nextAttempt) {
        return with(attempts, nextAttempt, lastFailure, call);
    }

    /// The same, telling the end of that call.
    public OwedDelivery of(Call ended) {
        return with(attempts, nextAttemptAt, lastFailure, ended);
    }

    private OwedDelivery with(int made, Instant nextAttempt, @Nullable String failure, @Nullable Call ended) {
        return new OwedDelivery(messageId, destination, body, createdAt, made, nextAttempt, failure, ended);
    }
}

package dev.millrace.invocation;

import org.jspecify.annotations.Nullable;

/// How the mode of a call decides where its result goes.
public sealed interface Delivery {
    /// The result is an object and an event.
    ///
    /// @param webhookUrl called with the terminal event, or null when the caller asked for none
    /// @param resultTopic the Kafka topic that the result is also written to, or null
    record Asynchronous(
            ObjectLocation outputLocation,
            ObjectLocation failureLocation,
            @Nullable String webhookUrl,
            @Nullable String resultTopic)
            implements Delivery {}

    /// The result is a reply; no object and no event is written, since the caller has the answer.
    record RealTime(ReplyAddress replyTo) implements Delivery {}
}

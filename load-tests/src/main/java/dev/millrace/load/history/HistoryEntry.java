package dev.millrace.load.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One thing that one actor saw.
///
/// @param ts when it was seen
/// @param actor who saw it
/// @param id the call, by the client's own word for it; one id is one call however often it is tried
/// @param sha256 of the labels: the ones that the model must give for an invocation, the ones read of an output
/// @param attempt of the client, from 1
/// @param invocationId as the platform named it, or null where it is not known
/// @param detail the state of a terminal entry, the message id of a webhook, the reason of a failure
public record HistoryEntry(
        Instant ts,
        Actor actor,
        Op op,
        String id,
        Result outcome,
        @Nullable String sha256,
        int attempt,
        @Nullable String invocationId,
        @Nullable String detail) {
    /// Who writes history.
    public enum Actor {
        CLIENT,
        RECEIVER,
        CHECKER
    }

    /// What was done.
    public enum Op {
        /// The client sent the call; `ok` is a 202.
        INVOKE,
        /// The client asked for a webhook with the call that follows.
        SUBSCRIBE,
        /// The checker read a terminal state.
        TERMINAL,
        /// The checker read the output.
        OUTPUT,
        /// The receiver got a notification; `ok` when it could read the output right then.
        WEBHOOK
    }

    /// How it went. A time-out or a broken connection is `UNKNOWN`: it may or may not have happened.
    public enum Result {
        OK,
        FAIL,
        UNKNOWN
    }
}

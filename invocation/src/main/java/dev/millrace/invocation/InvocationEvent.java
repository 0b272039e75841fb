package dev.millrace.invocation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that happened to an asynchronous invocation; the first terminal one in its partition is the truth.
public sealed interface InvocationEvent {
    InvocationId invocationId();

    /// When it happened, by the clock of the process that saw it.
    Instant at();

    /// The request was promised a terminal state: its record is on the queue.
    ///
    /// @param generation whose queue holds it
    record Accepted(InvocationSummary summary, GenerationId generation, Instant at) implements InvocationEvent {
        @Override
        public InvocationId invocationId() {
            return summary.invocationId();
        }
    }

    /// A worker begins with it.
    ///
    /// @param attempt the delivery count of the record, from 1
    record Started(InvocationId invocationId, Instant at, String workerId, int attempt) implements InvocationEvent {}

    /// A terminal event: no later event of the same invocation changes its state.
    sealed interface Terminal extends InvocationEvent {
        InvocationSummary summary();

        @Override
        default InvocationId invocationId() {
            return summary().invocationId();
        }
    }

    /// The output is whole and readable at the summary's output location.
    ///
    /// @param contentType of the output
    /// @param outputBytes the output's size
    /// @param timings how long each step took
    /// @param response the output itself when it is at most 128 KB and the endpoint includes it in
    ///     notifications, else
    ///     null
    record Completed(
            InvocationSummary summary,
            Instant at,
            int attempt,
            String contentType,
            long outputBytes,
            Timings timings,
            @Nullable Payload response)
            implements Terminal {}

    /// It failed for good; the failure object is at the summary's failure location.
    ///
    /// @param attempt 0 when no worker began with it
    record Failed(InvocationSummary summary, Instant at, int attempt, ErrorCode code, String message)
            implements Terminal {}

    /// Its TTL passed before a worker began with it; the failure object is written.
    record Expired(InvocationSummary summary, Instant at) implements Terminal {}

    /// Its caller cancelled it.
    record Cancelled(InvocationSummary summary, Instant at) implements Terminal {}
}

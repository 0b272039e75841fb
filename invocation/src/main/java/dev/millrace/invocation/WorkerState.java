package dev.millrace.invocation;

import java.time.Instant;

/// What a worker process is doing, as its host reports it.
public sealed interface WorkerState {
    /// The process runs but the model is not loaded.
    record Starting() implements WorkerState {}

    /// It acquires requests.
    ///
    /// @param inFlight requests it holds
    /// @param idleSince when it last became idle; meaningless while `inFlight` is above zero
    /// @param executionProvider what ONNX Runtime runs on, such as `CPUExecutionProvider`
    record Ready(int inFlight, Instant idleSince, String executionProvider) implements WorkerState {}

    /// It was told to leave: it acquires nothing more and finishes what it holds.
    record Draining(int inFlight) implements WorkerState {}

    /// The model cannot be served, and starting again would not help: the endpoint's `FailureReason`.
    record Unusable(String reason) implements WorkerState {}

    /// The process ended by itself; the host starts it again after a backoff.
    ///
    /// @param crashes in a row, from 1
    record Crashed(int crashes, String reason) implements WorkerState {}
}

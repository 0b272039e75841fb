package dev.millrace.invocation;

/// What became of one acquired request; decides the acknowledgement, so a new case must choose one.
public sealed interface Outcome {
    /// The output is stored and its completion event published, or the reply sent.
    record Completed() implements Outcome {}

    /// Failed for good: the failure object and event are written, or the reply sent.
    record Failed(ErrorCode code) implements Outcome {}

    /// It waited longer than its TTL; the failure object and event are written.
    record Expired() implements Outcome {}

    /// The record could not be read as a request.
    record Malformed(String reason) implements Outcome {}

    /// Not started, or not finished before the drain deadline: another worker takes it at once.
    record Drained() implements Outcome {}

    /// The broker gave it to someone else: nothing is written or acknowledged here.
    record LockLost() implements Outcome {}
}

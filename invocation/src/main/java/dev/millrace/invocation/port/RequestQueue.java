package dev.millrace.invocation.port;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import java.util.concurrent.CompletionStage;

/// Puts requests on lanes.
public interface RequestQueue extends AutoCloseable {
    /// Sends the request; the stage ends when the broker has it on all in-sync replicas.
    ///
    /// Does not block. Fails with `SERVICE_UNAVAILABLE` when the broker does not answer within a second or
    /// too many sends
    /// are under way; the record may still arrive then, so a caller that tries again keeps the invocation id.
    CompletionStage<Void> enqueue(LaneId lane, InferenceRequest request);

    @Override
    void close();
}

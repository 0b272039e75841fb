package dev.millrace.invocation.port;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;

/// A record that this process holds under an acquisition lock, renewed in the background until it is
/// acknowledged.
public interface AcquiredRequest {
    LaneId lane();

    InferenceRequest request();

    /// How often the broker has handed it out, this time included; from 1.
    int deliveryCount();

    /// Whether the lock was certain at the last renewal: false once the broker refused one. A holder that
    /// lost its lock
    /// publishes nothing.
    boolean isHeld();

    /// Ends the hold; may be called from any thread, once. Later calls do nothing.
    ///
    /// The acknowledgement is sent by the lane's own thread; until the broker has it, the record may come
    /// again.
    void acknowledge(Outcome outcome);
}

package dev.millrace.invocation.port;

import dev.millrace.invocation.LaneId;

/// Opens consumers of lanes.
public interface RequestConsumers {
    /// @param maxHeld how many requests the consumer holds at most, from 1
    RequestConsumer open(LaneId lane, int maxHeld, RequestConsumer.Listener listener);
}

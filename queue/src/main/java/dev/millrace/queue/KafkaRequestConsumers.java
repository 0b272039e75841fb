package dev.millrace.queue;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.invocation.port.RequestConsumers;
import dev.millrace.invocation.port.RequestQueue;

/// Opens consumers of lanes as members of their share groups.
///
/// A consumer takes its next records only when all it holds are acknowledged, so a worker that shall not idle
/// opens
/// several for one lane; each is a thread of its own, one more inside the client, and a connection.
public final class KafkaRequestConsumers implements RequestConsumers {
    private final KafkaConnection connection;
    private final RequestQueue queue;

    public KafkaRequestConsumers(KafkaConnection connection) {
        this.connection = connection;
        this.queue = new KafkaRequestQueue(connection);
    }

    @Override
    public RequestConsumer open(LaneId lane, int maxHeld, RequestConsumer.Listener listener) {
        if (maxHeld < 1) {
            throw new IllegalArgumentException("maxHeld: " + maxHeld + " (expected: >= 1)");
        }
        return KafkaRequestConsumer.start(connection, queue, lane, maxHeld, listener);
    }
}

package dev.millrace.queue;

import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.LaneAdmin;
import dev.millrace.invocation.port.RequestConsumers;
import dev.millrace.invocation.port.RequestQueue;
import dev.millrace.testkit.contract.QueueAdapter;
import java.time.Duration;

/// This module's adapters for the contracts.
final class KafkaQueueAdapter implements QueueAdapter {
    private final KafkaConnection connection;
    private final KafkaLaneAdmin lanes;

    KafkaQueueAdapter(KafkaConfig config) {
        this.connection = new KafkaConnection(config);
        connection.ensureTopics();
        this.lanes = new KafkaLaneAdmin(connection);
    }

    static KafkaConfig config(String bootstrapServers, Duration lock, int window) {
        return new KafkaConfig(bootstrapServers, lock, 5, window, (short) -1);
    }

    KafkaConnection connection() {
        return connection;
    }

    @Override
    public LaneAdmin lanes() {
        return lanes;
    }

    @Override
    public RequestQueue queue() {
        return new KafkaRequestQueue(connection);
    }

    @Override
    public RequestConsumers consumers() {
        return new KafkaRequestConsumers(connection);
    }

    @Override
    public Feed<DeadLetter> deadLetters() {
        return new KafkaFeeds(connection).deadLetters();
    }

    @Override
    public void close() {
        lanes.close();
        connection.close();
    }
}

package dev.millrace.queue;

import dev.millrace.invocation.port.Replies;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.RepliesContract;
import org.junit.jupiter.api.AfterEach;

class KafkaRepliesIT extends RepliesContract {
    private final KafkaConnection connection = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()));

    @AfterEach
    void close() {
        connection.close();
    }

    @Override
    protected Replies open() {
        connection.ensureTopics();
        return new KafkaReplies(connection);
    }
}

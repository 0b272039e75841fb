package dev.millrace.queue;

import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.port.Feed;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.FeedContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;

class KafkaFeedIT extends FeedContract {
    private final KafkaConnection connection = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()));

    @AfterEach
    void close() {
        connection.close();
    }

    @Override
    protected Feed<String> create(int partitions) {
        String topic = "feed-" + UUID.randomUUID();
        try {
            connection
                    .admin()
                    .createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return new KafkaFeeds(connection).feed(topic, new Texts());
    }

    private static final class Texts implements Codec<String> {
        @Override
        public byte[] encode(String document) {
            return document.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Optional<String> decode(byte[] bytes) {
            return Optional.of(new String(bytes, StandardCharsets.UTF_8)).filter(text -> !text.startsWith("?"));
        }
    }
}

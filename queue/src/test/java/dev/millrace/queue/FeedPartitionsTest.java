package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class FeedPartitionsTest {
    @Test
    void agreesWithTheProducer() {
        for (int i = 0; i < 1_000; i++) {
            String key = "endpoint-" + i;
            int expected = BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), 8);

            assertThat(FeedPartitions.of(key, 8)).isEqualTo(expected);
        }
    }
}

package dev.millrace.queue;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/// Where the documents of a key lie: the rule of Kafka's own producer for records with a key.
public final class FeedPartitions {
    private FeedPartitions() {}

    /// The partition, from 0, of that key in a feed of `count` partitions.
    public static int of(String key, int count) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % count;
    }
}

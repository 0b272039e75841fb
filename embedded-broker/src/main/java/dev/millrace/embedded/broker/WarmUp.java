package dev.millrace.embedded.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/// Makes a broker that has started one that answers at once: its coordinators are loaded and their topics
/// exist.
///
/// Without it the first share group of a fresh cluster waits seconds for its state topic.
final class WarmUp implements AutoCloseable {
    private static final String TOPIC = "millrace.warm";
    private static final String GROUP = "millrace.warm";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Admin admin;

    WarmUp(String bootstrapServers) {
        this.admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.RETRY_BACKOFF_MS_CONFIG,
                "20",
                AdminClientConfig.RETRY_BACKOFF_MAX_MS_CONFIG,
                "100",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                String.valueOf(PATIENCE.toMillis())));
    }

    /// Blocks until an administrator is answered and a share group can be made; leaves nothing behind but one
    /// empty
    /// topic.
    void run() throws InterruptedException {
        // The configurations are those that the coordinators would create these topics with.
        get(
                admin.createTopics(List.of(
                                topic("__consumer_offsets", "compact", 4_194_304),
                                topic("__share_group_state", "delete", 4_194_304),
                                topic(TOPIC, "delete", 1_048_576)))
                        .all(),
                Set.of(TopicExistsException.class));
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!tryShareGroup() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        get(admin.deleteShareGroups(List.of(GROUP)).all(), Set.of());
    }

    private boolean tryShareGroup() throws InterruptedException {
        try {
            admin.alterShareGroupOffsets(GROUP, Map.of(new TopicPartition(TOPIC, 0), 0L))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw new IllegalStateException("the share coordinator does not answer", e);
        }
    }

    private static NewTopic topic(String name, String cleanup, int segmentBytes) {
        return new NewTopic(name, Optional.of(1), Optional.of((short) 1))
                .configs(Map.of(
                        "cleanup.policy",
                        cleanup,
                        "compression.type",
                        name.equals("__consumer_offsets") ? "producer" : "uncompressed",
                        "retention.ms",
                        "-1",
                        "segment.bytes",
                        String.valueOf(segmentBytes)));
    }

    private static <T> void get(KafkaFuture<T> future, Set<Class<? extends Exception>> fine)
            throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (fine.stream().noneMatch(type -> type.isInstance(e.getCause()))) {
                throw new IllegalStateException("the broker does not answer as it should", e);
            }
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}

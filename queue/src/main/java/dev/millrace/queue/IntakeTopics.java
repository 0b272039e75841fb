package dev.millrace.queue;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the intake topics of endpoints that are there and removes those of endpoints that are gone. Used by
/// one
/// thread.
final class IntakeTopics {
    private static final Logger LOGGER = LoggerFactory.getLogger(IntakeTopics.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// An endpoint that is deleted and made again at once keeps its topic.
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final KafkaConnection connection;
    private final Set<EndpointName> made = new HashSet<>();
    private final Map<EndpointName, Long> goneSinceNanos = new HashMap<>();

    IntakeTopics(KafkaConnection connection) {
        this.connection = connection;
    }

    /// @param existing every endpoint that shall have a topic
    /// @throws PlatformException when the broker cannot make one; the next call tries again
    void keep(Collection<EndpointName> existing) {
        for (EndpointName endpoint : existing) {
            goneSinceNanos.remove(endpoint);
            if (!made.contains(endpoint)) {
                Topics.ensureInvoke(connection.admin(), connection.config(), endpoint);
                made.add(endpoint);
            }
        }
        long now = System.nanoTime();
        for (EndpointName endpoint : Set.copyOf(made)) {
            if (!existing.contains(endpoint)
                    && now - goneSinceNanos.computeIfAbsent(endpoint, _ -> now) > GRACE.toNanos()) {
                remove(endpoint);
            }
        }
    }

    private void remove(EndpointName endpoint) {
        String topic = Topics.invoke(endpoint);
        try {
            KafkaFailures.await(
                    "topic " + topic,
                    connection.admin().deleteTopics(List.of(topic)).all(),
                    PATIENCE);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                LOGGER.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("error", String.valueOf(e.getCause()))
                        .log("intake topic of a deleted endpoint stays, trying again");
                return;
            }
        }
        made.remove(endpoint);
        goneSinceNanos.remove(endpoint);
    }
}

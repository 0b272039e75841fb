package dev.millrace.queue;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.LaneId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/// Every topic of the platform: name, partitions, how long it keeps what.
public final class Topics {
    public static final String DEAD_LETTERS = "dlq.millrace";
    public static final String EVENTS = "millrace.events";
    public static final String REPLIES = "millrace.replies";
    public static final String RESOURCES = "millrace.resources";
    public static final String PLACEMENTS = "millrace.placements";
    public static final String HOSTS = "millrace.hosts";
    public static final String WAKE = "millrace.wake";
    public static final String OWED = "millrace.owed";
    public static final String METRICS = "millrace.metrics";

    /// Records of the Kafka intake that could not be read as calls, with the reason in headers.
    public static final String MALFORMED = "millrace.dead-letters";

    /// Of a record of [#OWED]: a message of 256 KiB to a topic's subscriber, each byte of which JSON in JSON may
    /// write as seven.
    static final int MAX_OWED_BYTES = 2 << 20;

    private static final String INVOKE_PREFIX = "millrace.invoke.";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int INVOKE_PARTITIONS = 4;
    private static final long SEGMENT_BYTES = 16L << 20;

    private record Topic(String name, int partitions, Map<String, String> settings) {
        NewTopic withReplication(short factor) {
            return new NewTopic(name, Optional.of(partitions), factor < 1 ? Optional.empty() : Optional.of(factor))
                    .configs(settings);
        }
    }

    private static final List<Topic> PLATFORM = List.of(
            new Topic(
                    DEAD_LETTERS,
                    1,
                    with(kept(Duration.ofDays(30), Duration.ofDays(1)), "errors.deadletterqueue.group.enable", "true")),
            new Topic(EVENTS, 8, kept(Duration.ofDays(7), Duration.ofHours(12))),
            new Topic(REPLIES, 16, kept(Duration.ofMinutes(10), Duration.ofMinutes(10))),
            new Topic(RESOURCES, 1, compacted()),
            new Topic(PLACEMENTS, 1, compacted()),
            new Topic(
                    HOSTS,
                    1,
                    with(kept(Duration.ofHours(1), Duration.ofMinutes(30)), "cleanup.policy", "compact,delete")),
            new Topic(WAKE, 8, kept(Duration.ofHours(1), Duration.ofMinutes(30))),
            new Topic(OWED, 8, with(compacted(), "max.message.bytes", Integer.toString(MAX_OWED_BYTES))),
            // For as long as an hour may wait to be archived.
            new Topic(METRICS, 1, kept(Duration.ofHours(24), Duration.ofHours(1))),
            new Topic(MALFORMED, 1, kept(Duration.ofDays(30), Duration.ofDays(1))));

    private Topics() {}

    /// Where Kafka producers put calls of that endpoint.
    public static String invoke(EndpointName endpoint) {
        return INVOKE_PREFIX + endpoint;
    }

    /// The endpoint whose intake topic has that name, or empty when it is no intake topic.
    public static Optional<EndpointName> endpointOf(String topic) {
        return topic.startsWith(INVOKE_PREFIX)
                ? Optional.of(new EndpointName(topic.substring(INVOKE_PREFIX.length())))
                : Optional.empty();
    }

    /// Makes the platform's topics that are missing; those that exist stay as they are.
    public static void ensure(Admin admin, KafkaConfig config) {
        create(admin, config, PLATFORM);
    }

    /// Makes the intake topic of an endpoint.
    public static void ensureInvoke(Admin admin, KafkaConfig config, EndpointName endpoint) {
        create(
                admin,
                config,
                List.of(new Topic(
                        invoke(endpoint),
                        INVOKE_PARTITIONS,
                        // The broker's clock: a record's time is part of the call's id.
                        with(
                                kept(Duration.ofDays(7), Duration.ofHours(12)),
                                "message.timestamp.type",
                                "LogAppendTime"))));
    }

    /// Makes the topics of lanes.
    ///
    /// @return the names of those that were not there
    static Set<String> createLanes(Admin admin, KafkaConfig config, Collection<LaneId> lanes) {
        Map<String, String> settings = Map.of(
                // Only the trimmer deletes: what waits must not vanish by age.
                "retention.ms", "-1",
                "retention.bytes", "-1",
                "cleanup.policy", "delete",
                "segment.bytes", Long.toString(SEGMENT_BYTES / 2),
                "segment.index.bytes", "65536",
                "file.delete.delay.ms", "1000");
        return create(
                admin,
                config,
                lanes.stream().map(lane -> new Topic(lane.topic(), 1, settings)).toList());
    }

    private static Set<String> create(Admin admin, KafkaConfig config, List<Topic> topics) {
        CreateTopicsResult result = admin.createTopics(topics.stream()
                .map(topic -> topic.withReplication(config.replicationFactor()))
                .toList());
        var created = new HashSet<String>();
        result.values().forEach((topic, future) -> {
            try {
                KafkaFailures.await("topic " + topic, future, PATIENCE);
                created.add(topic);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw KafkaFailures.of("topic " + topic, e);
                }
            }
        });
        return created;
    }

    /// @param segment how old a segment gets before it is closed: only closed ones are deleted
    private static Map<String, String> kept(Duration time, Duration segment) {
        return Map.of(
                "retention.ms", Long.toString(time.toMillis()),
                "cleanup.policy", "delete",
                "segment.ms", Long.toString(segment.toMillis()),
                "segment.bytes", Long.toString(4 * SEGMENT_BYTES),
                "segment.index.bytes", "1048576");
    }

    private static Map<String, String> compacted() {
        return Map.of(
                "cleanup.policy", "compact",
                "min.cleanable.dirty.ratio", "0.1",
                "segment.ms", Long.toString(Duration.ofHours(1).toMillis()),
                "segment.bytes", Long.toString(SEGMENT_BYTES),
                "segment.index.bytes", "1048576");
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        var more = new HashMap<>(settings);
        more.put(name, value);
        return Map.copyOf(more);
    }
}

package dev.millrace.queue;

import dev.millrace.runtime.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the partitions that a group gives to this member and commits what its listener took.
///
/// A partition whose listener threw is paused and read again from that document on; the others go on.
final class FeedMember implements FeedLoop, ConsumerRebalanceListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(FeedMember.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Each commit is a record in the broker: while a stream lasts, not more often. What was not committed comes again
    /// after a crash.
    private static final Duration COMMIT = Duration.ofMillis(500);

    private static final Backoff PACE = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    /// What hears of assignments.
    interface Assignments {
        void onAssigned(Set<Integer> partitions, int count);
    }

    private record Retry(int failures, long atNanos) {}

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final FeedDocuments<?> documents;
    private final Assignments assignments;
    private final Map<TopicPartition, Retry> retries = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private long committedAt = System.nanoTime();
    private Set<TopicPartition> announced = Set.of();
    private @Nullable Map<TopicPartition, Long> ahead;

    FeedMember(
            KafkaConnection connection,
            String topic,
            String group,
            FeedDocuments<?> documents,
            Assignments assignments) {
        this.topic = topic;
        this.documents = documents;
        this.assignments = assignments;
        this.consumer = new KafkaConsumer<>(
                connection.clients().member(group), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic), this);
    }

    @Override
    public Consumer<byte[], byte[]> consumer() {
        return consumer;
    }

    @Override
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    @Override
    public boolean poll() {
        resumeDue();
        ConsumerRecords<byte[], byte[]> records = consumer.poll(untilNextRetry());
        announce();
        for (TopicPartition partition : records.partitions()) {
            handOver(partition, records.records(partition));
        }
        if (!uncommitted.isEmpty() && (records.isEmpty() || System.nanoTime() - committedAt > COMMIT.toNanos())) {
            committedAt = System.nanoTime();
            consumer.commitAsync(Map.copyOf(uncommitted), (_, failure) -> {
                if (failure != null) {
                    LOGGER.atDebug()
                            .addKeyValue("topic", topic)
                            .setCause(failure)
                            .log("commit failed, a later follows");
                }
            });
            uncommitted.clear();
        }
        noteProgress();
        return !records.isEmpty();
    }

    @Override
    public Duration goodbye() {
        return Duration.ofSeconds(2);
    }

    @Override
    public void leave() {
        commit(consumer.assignment());
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Announced after the poll, when the assignment is whole and before its first document.
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commit(partitions);
        partitions.forEach(retries::remove);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        partitions.forEach(retries::remove);
        partitions.forEach(uncommitted::remove);
    }

    private void handOver(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                documents.handOver(record);
                uncommitted.put(partition, new OffsetAndMetadata(record.offset() + 1));
                retries.remove(partition);
            } catch (RuntimeException e) {
                retryLater(partition, record.offset(), e);
                return;
            }
        }
    }

    private void retryLater(TopicPartition partition, long offset, RuntimeException failure) {
        Retry before = retries.get(partition);
        int failures = before == null ? 1 : before.failures() + 1;
        Duration pause = PACE.after(failures, ThreadLocalRandom.current());
        LOGGER.atWarn()
                .addKeyValue("topic", partition.topic())
                .addKeyValue("partition", partition.partition())
                .addKeyValue("offset", offset)
                .addKeyValue("attempt", failures)
                .addKeyValue("error", failure.toString())
                .setCause(LOGGER.isDebugEnabled() ? failure : null)
                .log("listener failed on a document, it comes again");
        retries.put(partition, new Retry(failures, System.nanoTime() + pause.toNanos()));
        consumer.seek(partition, offset);
        consumer.pause(List.of(partition));
    }

    private void resumeDue() {
        long now = System.nanoTime();
        List<TopicPartition> due = retries.entrySet().stream()
                .filter(entry -> entry.getValue().atNanos() - now <= 0)
                .map(Map.Entry::getKey)
                .filter(consumer.assignment()::contains)
                .toList();
        consumer.resume(due);
    }

    private Duration untilNextRetry() {
        long now = System.nanoTime();
        return retries.values().stream()
                .map(retry -> Duration.ofNanos(Math.max(0, retry.atNanos() - now)))
                .filter(Duration::isPositive)
                .min(Duration::compareTo)
                .filter(wait -> wait.compareTo(POLL) < 0)
                .orElse(POLL);
    }

    private void announce() {
        Set<TopicPartition> assigned = Set.copyOf(consumer.assignment());
        if (assigned.equals(announced)) {
            return;
        }
        int count = consumer.partitionsFor(topic, PATIENCE).size();
        announced = assigned;
        assignments.onAssigned(
                assigned.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet()), count);
        if (ahead == null) {
            ahead = new HashMap<>(consumer.endOffsets(assigned, PATIENCE));
        }
    }

    private void noteProgress() {
        Map<TopicPartition, Long> ends = ahead;
        if (ends != null && !caughtUp.isDone()) {
            ends.entrySet()
                    .removeIf(end -> !announced.contains(end.getKey())
                            || consumer.position(end.getKey(), PATIENCE) >= end.getValue());
            if (ends.isEmpty()) {
                caughtUp.complete(null);
            }
        }
    }

    private void commit(Collection<TopicPartition> partitions) {
        var offsets = new HashMap<>(uncommitted);
        offsets.keySet().retainAll(partitions);
        if (!offsets.isEmpty()) {
            try {
                commitSync(offsets);
            } catch (KafkaException e) {
                LOGGER.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("error", e.toString())
                        .log("last commit failed, documents come again");
            }
            partitions.forEach(uncommitted::remove);
        }
    }

    private void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            consumer.commitSync(offsets, PATIENCE);
        } catch (WakeupException _) {
            // Meant for a poll that had just ended.
            consumer.commitSync(offsets, PATIENCE);
        }
    }
}

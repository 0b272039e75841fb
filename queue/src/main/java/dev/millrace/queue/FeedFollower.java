package dev.millrace.queue;

import dev.millrace.invocation.port.Feed.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a whole topic for one caller. Its positions are known before the constructor's caller goes on, so
/// what is
/// written from then on is seen.
final class FeedFollower implements FeedLoop {
    private static final Logger LOGGER = LoggerFactory.getLogger(FeedFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Consumer<byte[], byte[]> consumer;
    private final FeedDocuments<?> documents;

    /// Ends that were there at the start and are not reached yet.
    private final Map<TopicPartition, Long> ahead;
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();

    private FeedFollower(
            Consumer<byte[], byte[]> consumer, FeedDocuments<?> documents, Map<TopicPartition, Long> ahead) {
        this.consumer = consumer;
        this.documents = documents;
        this.ahead = ahead;
    }

    static FeedFollower open(KafkaConnection connection, String topic, Start start, FeedDocuments<?> documents) {
        // Where the broker has less than was read, a follower of all begins again and one of the news goes on.
        String resetTo = switch (start) {
            case Start.Beginning _, Start.Since _ -> "earliest";
            case Start.End _ -> "latest";
        };
        var consumer = new KafkaConsumer<>(
                connection.clients().follower(resetTo), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                    .map((PartitionInfo info) -> new TopicPartition(topic, info.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                // Following nothing would never end: a follower does not look for partitions again.
                throw new UnknownTopicOrPartitionException("no topic " + topic);
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, PATIENCE));
            seek(consumer, partitions, ends, start);
            var follower = new FeedFollower(consumer, documents, ends);
            follower.noteProgress();
            return follower;
        } catch (KafkaException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw KafkaFailures.of("feed " + topic, e);
        }
    }

    private static void seek(
            Consumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> ends,
            Start start) {
        switch (start) {
            case Start.Beginning _ -> {
                consumer.beginningOffsets(partitions, PATIENCE).forEach(consumer::seek);
            }
            case Start.End _ -> ends.forEach(consumer::seek);
            case Start.Since(Instant time) -> {
                Map<TopicPartition, Long> times =
                        partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> time.toEpochMilli()));
                Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, PATIENCE);
                for (TopicPartition partition : partitions) {
                    OffsetAndTimestamp at = found.get(partition);
                    consumer.seek(partition, at == null ? ends.getOrDefault(partition, 0L) : at.offset());
                }
            }
        }
    }

    @Override
    public Consumer<byte[], byte[]> consumer() {
        return consumer;
    }

    @Override
    public boolean poll() {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                documents.handOver(record);
            } catch (RuntimeException e) {
                // A view that one document breaks is worth more with the next ones than stopped.
                LOGGER.atError()
                        .addKeyValue("topic", record.topic())
                        .addKeyValue("offset", record.offset())
                        .setCause(e)
                        .log("listener failed on a document");
            }
        }
        noteProgress();
        return !records.isEmpty();
    }

    @Override
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    private void noteProgress() {
        if (!caughtUp.isDone()) {
            ahead.entrySet().removeIf(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue());
            if (ahead.isEmpty()) {
                caughtUp.complete(null);
            }
        }
    }
}

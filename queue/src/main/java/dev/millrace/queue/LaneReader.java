package dev.millrace.queue;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.RequestCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Reads single records of lanes outside their share groups, which leaves no trace there. Thread-safe.
final class LaneReader implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final KafkaConnection connection;
    private @Nullable Consumer<byte[], byte[]> consumer;

    LaneReader(KafkaConnection connection) {
        this.connection = connection;
    }

    synchronized Optional<InferenceRequest> read(LaneId lane, long offset) {
        TopicPartition partition = KafkaLaneAdmin.partition(lane);
        Consumer<byte[], byte[]> open = open();
        try {
            open.assign(List.of(partition));
            if (offset >= open.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L)) {
                return Optional.empty();
            }
            open.seek(partition, offset);
            for (ConsumerRecord<byte[], byte[]> record : open.poll(PATIENCE)) {
                return record.offset() == offset ? decode(record) : Optional.empty();
            }
            throw KafkaFailures.unavailable(
                    "record " + offset + " of " + lane, new IllegalStateException("the broker did not send it"));
        } catch (OffsetOutOfRangeException _) {
            return Optional.empty();
        } catch (KafkaException e) {
            close();
            throw KafkaFailures.of("record " + offset + " of " + lane, e);
        }
    }

    @Override
    public synchronized void close() {
        if (consumer != null) {
            consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE));
            consumer = null;
        }
    }

    private Consumer<byte[], byte[]> open() {
        Consumer<byte[], byte[]> open = consumer;
        if (open == null) {
            open = new KafkaConsumer<>(
                    connection.clients().reader(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer = open;
        }
        return open;
    }

    private static Optional<InferenceRequest> decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(RequestCodec.decode(WireRecords.fromKafka(record)));
        } catch (PlatformException _) {
            return Optional.empty();
        }
    }
}

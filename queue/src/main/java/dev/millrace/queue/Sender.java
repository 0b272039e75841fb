package dev.millrace.queue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Sends records without waiting, a bounded number of bytes at a time.
///
/// Stages end on the producer's own thread, so what hangs on them must not block.
final class Sender {
    /// Below the producer's buffer of 32 MB, so that a broker that is away is a refusal and not a blocked
    /// caller.
    private static final int BYTES_UNDER_WAY = 24 << 20;

    /// What a record costs at least, whatever its size.
    private static final int LEAST_BYTES = 1_024;

    private final Producer<byte[], byte[]> producer;
    private final Semaphore bytes = new Semaphore(BYTES_UNDER_WAY);

    Sender(Map<String, Object> settings) {
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// Ends when the broker has the record on all in-sync replicas.
    CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> record) {
        var sent = new CompletableFuture<Void>();
        byte[] value = record.value();
        int cost = Math.max(LEAST_BYTES, value == null ? 0 : value.length);
        if (!bytes.tryAcquire(cost)) {
            sent.completeExceptionally(KafkaFailures.unavailable(
                    "send to " + record.topic(), new IllegalStateException("too many sends under way")));
            return sent;
        }
        try {
            Future<RecordMetadata> _ = producer.send(record, (_, failure) -> {
                bytes.release(cost);
                if (failure == null) {
                    sent.complete(null);
                } else {
                    sent.completeExceptionally(KafkaFailures.of("send to " + record.topic(), failure));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            bytes.release(cost);
            sent.completeExceptionally(KafkaFailures.of("send to " + record.topic(), e));
        }
        return sent;
    }

    void warmUp(String topic) {
        try {
            producer.partitionsFor(topic);
        } catch (KafkaException e) {
            throw KafkaFailures.of("topic " + topic, e);
        }
    }

    void close(Duration patience) {
        producer.close(patience);
    }
}

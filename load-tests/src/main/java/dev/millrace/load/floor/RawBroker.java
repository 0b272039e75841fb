package dev.millrace.load.floor;

import dev.millrace.load.harness.ClosedLoop;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Plain producers and consumers on topics of their own, with one partition each.
public final class RawBroker implements AutoCloseable {
    private static final String REQUESTS = "bench.requests";
    private static final String REPLIES = "bench.replies";
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int PATIENCE_SECONDS = 20;

    private final String bootstrapServers;
    private final KafkaProducer<byte[], byte[]> producer;

    public RawBroker(String bootstrapServers) throws InterruptedException {
        this.bootstrapServers = bootstrapServers;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            for (String topic : List.of(REQUESTS, REPLIES)) {
                admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                        .all()
                        .get();
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("the topics cannot be made", e);
            }
        }
        producer = producer();
    }

    /// Records of that size, one at a time, each waited for until all in-sync replicas have it.
    public ClosedLoop.Taken produce(int bytes, Duration time) throws InterruptedException {
        byte[] value = new byte[bytes];
        return ClosedLoop.run(
                1,
                WARM_UP,
                time,
                _ -> n -> producer.send(new ProducerRecord<>(REPLIES, value)).get());
    }

    /// Records of that size to a program that sends each back, so many at a time.
    public ClosedLoop.Taken roundTrips(int bytes, int inFlight, Duration time) throws InterruptedException {
        var waiting = new ConcurrentHashMap<Integer, Semaphore>();
        try (var _ = follow(REQUESTS, record -> {
                    var _ = producer.send(new ProducerRecord<>(REPLIES, record.key(), record.value()));
                });
                var _ = follow(REPLIES, record -> {
                    if (record.key() != null) {
                        Semaphore caller =
                                waiting.get(ByteBuffer.wrap(record.key()).getInt());
                        if (caller != null) {
                            caller.release();
                        }
                    }
                })) {
            return ClosedLoop.run(inFlight, WARM_UP, time, index -> {
                var answered = new Semaphore(0);
                waiting.put(index, answered);
                byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(index).array();
                byte[] value = new byte[bytes];
                return n -> {
                    var _ = producer.send(new ProducerRecord<>(REQUESTS, key, value));
                    if (!answered.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("a record did not come back");
                    }
                };
            });
        }
    }

    private Follower follow(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "metric.reporters", ""),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        var thread = Thread.ofPlatform().name("follow-" + topic).start(() -> {
            try (consumer) {
                while (!Thread.currentThread().isInterrupted()) {
                    consumer.poll(POLL).forEach(each);
                }
            } catch (WakeupException | InterruptException _) {
                // Closed.
            }
        });
        return new Follower(consumer, thread);
    }

    private record Follower(KafkaConsumer<byte[], byte[]> consumer, Thread thread) implements AutoCloseable {
        @Override
        public void close() {
            consumer.wakeup();
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        0,
                        "acks",
                        "all",
                        "delivery.timeout.ms",
                        PATIENCE_SECONDS * 1000,
                        "request.timeout.ms",
                        PATIENCE_SECONDS * 500,
                        "metric.reporters",
                        ""),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}

package dev.millrace.queue;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.invocation.port.RequestQueue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The records that a lane's thread holds at one time. They are renewed together, and the next are fetched
/// when all are
/// acknowledged, as the broker's protocol wants it.
///
/// Used by the lane's thread; holders reach it only through [HeldRequest#acknowledge].
final class LaneBatch {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneBatch.class);
    private static final Duration RELEASE = Duration.ofSeconds(3);
    private static final Duration REQUEUE = Duration.ofSeconds(2);

    /// A renewed record and the instance by which the client knows it.
    private static final class Entry {
        private ConsumerRecord<byte[], byte[]> record;
        private final HeldRequest held;

        private Entry(ConsumerRecord<byte[], byte[]> record, HeldRequest held) {
            this.record = record;
            this.held = held;
        }
    }

    private final LaneId lane;
    private final ShareConsumer<byte[], byte[]> consumer;
    private final KafkaConfig config;
    private final RequestQueue queue;
    private final Runnable wake;

    private final Map<Long, Entry> entries = new LinkedHashMap<>();

    /// Of the present batch alone: holders of an earlier one that was lost count down their own.
    private AtomicInteger running = new AtomicInteger();
    private long lockNanos;
    private long renewAtNanos;

    /// @param wake called when the last running record is acknowledged
    LaneBatch(
            LaneId lane,
            ShareConsumer<byte[], byte[]> consumer,
            KafkaConfig config,
            RequestQueue queue,
            Runnable wake) {
        this.lane = lane;
        this.consumer = consumer;
        this.config = config;
        this.queue = queue;
        this.wake = wake;
        this.lockNanos = config.acquisitionLock().toNanos();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Whether every record has an outcome.
    boolean isFinished() {
        return running.get() == 0;
    }

    /// @param asked when the poll that brought it began
    void add(ConsumerRecord<byte[], byte[]> record, InferenceRequest request, long asked) {
        if (entries.isEmpty()) {
            lockNanos = consumer.acquisitionLockTimeoutMs()
                    .map(TimeUnit.MILLISECONDS::toNanos)
                    .orElse(lockNanos);
            renewAtNanos = asked + lockNanos / 3;
            running = new AtomicInteger();
        }
        AtomicInteger counter = running;
        counter.incrementAndGet();
        int deliveries = record.deliveryCount().map(Short::intValue).orElse(1);
        var held = new HeldRequest(lane, request, deliveries, asked + lockNanos, () -> onFinished(counter));
        entries.put(record.offset(), new Entry(record, held));
    }

    /// Sends a record to the dead letters; the rejection goes out with the next poll or commit.
    void reject(ConsumerRecord<byte[], byte[]> record) {
        consumer.acknowledge(record, AcknowledgeType.REJECT);
    }

    void handOver(RequestConsumer.Listener listener) {
        for (Entry entry : List.copyOf(entries.values())) {
            try {
                listener.onAcquired(entry.held);
            } catch (RuntimeException e) {
                LOGGER.atError().addKeyValue("topic", lane).setCause(e).log("listener failed, record released");
                entry.held.acknowledge(new Outcome.Drained());
            }
        }
    }

    long nanosToRenewal() {
        return renewAtNanos - System.nanoTime();
    }

    /// Ends the hold of every record; sent with the next poll.
    void acknowledge() {
        entries.values().forEach(entry -> consumer.acknowledge(entry.record, acknowledgement(entry)));
        entries.clear();
    }

    /// Sends what was acknowledged without a poll.
    void commit() {
        report(commitSync(RELEASE));
    }

    /// Acknowledges the finished records of a batch that still runs, so that they do not wait for the slowest.
    void commitFinished() {
        var finished = entries.values().stream()
                .filter(entry -> entry.held.outcome() != null)
                .toList();
        if (!finished.isEmpty()) {
            finished.forEach(entry -> {
                consumer.acknowledge(entry.record, acknowledgement(entry));
                entries.remove(entry.record.offset());
            });
            consumer.commitAsync();
        }
    }

    /// Renews every running record and acknowledges every finished one.
    ///
    /// The renewal goes by `commitSync`, and the renewed records are taken back by `poll(0)`: a fetching poll
    /// would
    /// acquire more records into the client's buffer, unseen.
    void renew() {
        long asked = System.nanoTime();
        for (Entry entry : List.copyOf(entries.values())) {
            if (entry.held.outcome() == null) {
                consumer.acknowledge(entry.record, AcknowledgeType.RENEW);
            } else {
                consumer.acknowledge(entry.record, acknowledgement(entry));
                entries.remove(entry.record.offset());
            }
        }
        if (!report(commitSync(Duration.ofNanos(lockNanos / 3)))) {
            lose();
            return;
        }
        takeBack(asked);
        renewAtNanos = asked + lockNanos / 3;
    }

    /// Gives up what still runs, so that another worker has it at once.
    void release() {
        if (entries.isEmpty()) {
            return;
        }
        entries.values().forEach(entry -> {
            entry.held.acknowledge(new Outcome.Drained());
            consumer.acknowledge(entry.record, acknowledgement(entry));
        });
        commit();
        lose();
    }

    /// The broker gave the records to someone else, or may have.
    void lose() {
        entries.values().forEach(LaneBatch::lose);
        entries.clear();
    }

    private void takeBack(long asked) {
        var missing = new LinkedHashMap<>(entries);
        long deadline = asked + lockNanos / 3;
        while (!missing.isEmpty() && System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record : poll()) {
                Entry entry = missing.remove(record.offset());
                if (entry == null) {
                    LOGGER.atWarn()
                            .addKeyValue("topic", lane)
                            .addKeyValue("offset", record.offset())
                            .log("renewal brought a record that was not held, released");
                    consumer.acknowledge(record, AcknowledgeType.RELEASE);
                } else {
                    entry.record = record;
                    entry.held.renewedUntil(asked + lockNanos);
                }
            }
        }
        missing.forEach((offset, entry) -> {
            lose(entry);
            entries.remove(offset);
        });
    }

    private Iterable<ConsumerRecord<byte[], byte[]>> poll() {
        try {
            return consumer.poll(Duration.ZERO);
        } catch (WakeupException _) {
            return List.of();
        }
    }

    private Map<TopicIdPartition, Optional<KafkaException>> commitSync(Duration patience) {
        try {
            return consumer.commitSync(patience);
        } catch (WakeupException _) {
            // Meant for a poll that had just ended.
            return consumer.commitSync(patience);
        }
    }

    private boolean report(Map<TopicIdPartition, Optional<KafkaException>> results) {
        boolean isDone = true;
        for (Optional<KafkaException> refusal : results.values()) {
            if (refusal.isPresent()) {
                isDone = false;
                LOGGER.atWarn()
                        .addKeyValue("topic", lane)
                        .addKeyValue("error", refusal.get().toString())
                        .log("lock lost, the records come again");
            }
        }
        return isDone;
    }

    private static void lose(Entry entry) {
        entry.held.lose();
        entry.held.acknowledge(new Outcome.LockLost());
    }

    private void onFinished(AtomicInteger counter) {
        if (counter.decrementAndGet() == 0) {
            wake.run();
        }
    }

    private AcknowledgeType acknowledgement(Entry entry) {
        Outcome outcome = entry.held.outcome();
        if (outcome == null) {
            throw new IllegalStateException("acknowledged without an outcome: " + entry.held);
        }
        return switch (outcome) {
            case Outcome.Completed _, Outcome.Failed _, Outcome.Expired _ -> AcknowledgeType.ACCEPT;
            case Outcome.Malformed _ -> AcknowledgeType.REJECT;
            case Outcome.Drained _ -> drained(entry.held);
            // Releases nothing that someone else holds: the broker refuses it.
            case Outcome.LockLost _ -> AcknowledgeType.RELEASE;
        };
    }

    /// A release after the last permitted delivery would dead-letter the record, so it is queued again instead.
    private AcknowledgeType drained(HeldRequest held) {
        if (held.deliveryCount() < config.deliveryLimit()) {
            return AcknowledgeType.RELEASE;
        }
        try {
            queue.enqueue(lane, held.request().asRepeat())
                    .toCompletableFuture()
                    .get(REQUEUE.toMillis(), TimeUnit.MILLISECONDS);
            return AcknowledgeType.ACCEPT;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return AcknowledgeType.RELEASE;
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn()
                    .addKeyValue("invocationId", held.request().invocationId())
                    .addKeyValue("error", e.toString())
                    .log("record could not be queued again, released");
            return AcknowledgeType.RELEASE;
        }
    }
}

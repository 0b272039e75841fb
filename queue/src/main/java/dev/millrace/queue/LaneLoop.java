package dev.millrace.queue;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.codec.RequestCodec;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.invocation.port.RequestQueue;
import dev.millrace.runtime.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a lane's thread does: poll, hand over, renew the batch, acknowledge, poll again.
///
/// It never stops polling while it holds nothing: a fetch stays open behind an empty poll, and what that
/// fetch brings
/// would stay locked unseen. So pausing is leaving the group.
final class LaneLoop implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneLoop.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration LEAVE = Duration.ofSeconds(3);
    private static final Backoff PACE = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

    /// How long a finished record of a batch that still runs waits for its acknowledgement.
    private static final long PARTIAL_NANOS = Duration.ofMillis(50).toNanos();

    private final ClientSettings clients;
    private final KafkaConfig config;
    private final RequestQueue queue;
    private final LaneId lane;
    private final int maxHeld;
    private final RequestConsumer.Listener listener;

    private volatile boolean isAcquiring = true;
    private volatile boolean isClosing;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread thread;
    private volatile @Nullable ShareConsumer<byte[], byte[]> polling;

    LaneLoop(
            ClientSettings clients,
            KafkaConfig config,
            RequestQueue queue,
            LaneId lane,
            int maxHeld,
            RequestConsumer.Listener listener) {
        this.clients = clients;
        this.config = config;
        this.queue = queue;
        this.lane = lane;
        this.maxHeld = maxHeld;
        this.listener = listener;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        for (int failures = 0; isAcquiring(); ) {
            try {
                join();
            } catch (RuntimeException e) {
                failures = failure == null ? 1 : failures + 1;
                failure = e;
                LOGGER.atWarn()
                        .addKeyValue("topic", lane)
                        .addKeyValue("error", e.toString())
                        .setCause(LOGGER.isDebugEnabled() ? e : null)
                        .log("lane consumer failed, joining again");
                pause(PACE.after(failures, ThreadLocalRandom.current()));
            }
        }
    }

    /// One membership in the share group, from joining to leaving.
    private void join() {
        var consumer = new KafkaShareConsumer<>(
                clients.shareMember(lane.topic(), maxHeld), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var batch = new LaneBatch(lane, consumer, config, queue, this::wake);
        try {
            consumer.setAcknowledgementCommitCallback(this::onCommitted);
            consumer.subscribe(List.of(lane.topic()));
            serve(consumer, batch);
        } finally {
            batch.lose();
            leave(consumer);
        }
    }

    /// Returns when nothing more shall be acquired and nothing is held.
    private void serve(ShareConsumer<byte[], byte[]> consumer, LaneBatch batch) {
        while (true) {
            while (!batch.isEmpty() && !isClosing) {
                advance(batch);
            }
            if (isClosing || !isAcquiring) {
                batch.release();
                return;
            }
            acquire(consumer, batch);
        }
    }

    private void acquire(ShareConsumer<byte[], byte[]> consumer, LaneBatch batch) {
        // The lock runs from some moment after this one.
        long asked = System.nanoTime();
        Iterable<ConsumerRecord<byte[], byte[]>> records;
        polling = consumer;
        try {
            if (isClosing || !isAcquiring) {
                return;
            }
            records = consumer.poll(IDLE_POLL);
        } catch (WakeupException _) {
            return;
        } finally {
            polling = null;
        }
        failure = null;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                InferenceRequest request = RequestCodec.decode(WireRecords.fromKafka(record));
                batch.add(record, request, asked);
            } catch (RuntimeException e) {
                LOGGER.atWarn()
                        .addKeyValue("topic", lane)
                        .addKeyValue("offset", record.offset())
                        .addKeyValue("error", e.toString())
                        .log("record cannot be read as a request, rejected");
                batch.reject(record);
            }
        }
        batch.handOver(listener);
    }

    /// Waits for the batch to be finished, or for the time of the next thing to do for it.
    private void advance(LaneBatch batch) {
        if (batch.isFinished()) {
            batch.acknowledge();
            if (!isAcquiring) {
                batch.commit();
            }
            return;
        }
        long toRenewal = batch.nanosToRenewal();
        if (toRenewal <= 0) {
            batch.renew();
            return;
        }
        LockSupport.parkNanos(this, Math.min(toRenewal, PARTIAL_NANOS));
        if (!batch.isFinished()) {
            batch.commitFinished();
        }
    }

    void stopAcquiring() {
        isAcquiring = false;
        interruptPoll();
    }

    void close() {
        isClosing = true;
        interruptPoll();
    }

    boolean isAcquiring() {
        return isAcquiring && !isClosing;
    }

    /// Why the loop is not acquiring right now, or null when it is.
    @Nullable
    Throwable failure() {
        return failure;
    }

    private void interruptPoll() {
        ShareConsumer<byte[], byte[]> current = polling;
        if (current != null) {
            current.wakeup();
        }
        wake();
    }

    private void wake() {
        LockSupport.unpark(thread);
    }

    private void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && isAcquiring(); left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /// Acknowledgements that ride with a poll report here; a refused one means that the record comes again.
    private void onCommitted(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception refusal) {
        if (refusal != null) {
            LOGGER.atWarn()
                    .addKeyValue("topic", lane)
                    .addKeyValue("offsets", offsets.values())
                    .addKeyValue("error", refusal.toString())
                    .log("acknowledgement refused, the records come again");
        }
    }

    private void leave(ShareConsumer<byte[], byte[]> consumer) {
        try {
            consumer.close(LEAVE);
        } catch (KafkaException e) {
            LOGGER.atDebug().addKeyValue("topic", lane).setCause(e).log("lane consumer did not leave in time");
        }
    }
}

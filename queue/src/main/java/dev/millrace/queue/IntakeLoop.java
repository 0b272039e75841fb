package dev.millrace.queue;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the intake's thread does: keep topics and subscription, begin records, hear of their ends, commit.
final class IntakeLoop implements FeedLoop, ConsumerRebalanceListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(IntakeLoop.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration BUSY_POLL = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// How long records under way may take to end when their partition goes to another member.
    private static final Duration HAND_OVER = Duration.ofSeconds(2);
    private static final long REFRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Backoff PACE = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    /// How often a record is tried that fails for no known reason.
    private static final int UNEXPECTED_TRIES = 5;

    private record Attempt(IntakePartition progress, ConsumerRecord<byte[], byte[]> record, int number) {}

    private record End(Attempt attempt, @Nullable Throwable failure) {}

    private record Retry(Attempt attempt, long atNanos) {}

    private final Supplier<KafkaIntake.Endpoints> endpoints;
    private final IntakeHandler handler;
    private final IntakeTopics topics;
    private final MalformedRecords malformed;
    private final Consumer<byte[], byte[]> consumer;

    private final Map<TopicPartition, IntakePartition> partitions = new HashMap<>();
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final List<Retry> retries = new ArrayList<>();
    private Set<EndpointName> subscribed = Set.of();
    private long refreshAtNanos = System.nanoTime();

    IntakeLoop(
            KafkaConnection connection,
            String group,
            Supplier<KafkaIntake.Endpoints> endpoints,
            IntakeHandler handler) {
        this.endpoints = endpoints;
        this.handler = handler;
        this.topics = new IntakeTopics(connection);
        this.malformed = new MalformedRecords(connection);
        this.consumer = new KafkaConsumer<>(
                connection.clients().member(group), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> consumer() {
        return consumer;
    }

    @Override
    public CompletableFuture<Void> caughtUp() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean poll() {
        refresh();
        if (subscribed.isEmpty()) {
            takeEnds(IDLE_POLL);
            return false;
        }
        boolean isBusy = partitions.values().stream().anyMatch(progress -> !progress.isQuiet());
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(isBusy ? BUSY_POLL : IDLE_POLL)) {
            var partition = new TopicPartition(record.topic(), record.partition());
            IntakePartition progress =
                    partitions.computeIfAbsent(partition, _ -> new IntakePartition(partition, record.offset()));
            progress.begin(record.offset());
            begin(new Attempt(progress, record, 1));
        }
        takeEnds(Duration.ZERO);
        beginDue();
        commitNews();
        balance();
        return false;
    }

    @Override
    public Duration goodbye() {
        return Duration.ofSeconds(2);
    }

    @Override
    public void leave() {
        handOver(Set.copyOf(partitions.keySet()));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        // Each begins with its first record.
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        handOver(revoked);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        forget(lost);
    }

    private void refresh() {
        if (System.nanoTime() - refreshAtNanos < 0) {
            return;
        }
        refreshAtNanos = System.nanoTime() + REFRESH_NANOS;
        KafkaIntake.Endpoints now = endpoints.get();
        topics.keep(now.existing());
        if (!now.taking().equals(subscribed)) {
            var names = new TreeSet<String>();
            now.taking().forEach(endpoint -> names.add(Topics.invoke(endpoint)));
            if (names.isEmpty()) {
                consumer.unsubscribe();
            } else {
                consumer.subscribe(names, this);
            }
            subscribed = now.taking();
        }
    }

    private void begin(Attempt attempt) {
        ConsumerRecord<byte[], byte[]> record = attempt.record();
        try {
            EndpointName endpoint = Topics.endpointOf(record.topic()).orElseThrow();
            boolean mayBeRepeat = attempt.number() > 1 || attempt.progress().mayBeRepeat(record.offset());
            var taken = new IntakeRecord(
                    endpoint,
                    record.topic() + "-" + record.partition() + "-" + record.offset(),
                    Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                    mayBeRepeat,
                    WireRecords.inLowerCase(record));
            handler.take(taken).whenComplete((_, failure) -> ends.add(new End(attempt, failure)));
        } catch (RuntimeException e) {
            ends.add(new End(attempt, e));
        }
    }

    private void takeEnds(Duration wait) {
        try {
            End end = ends.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
            while (end != null) {
                take(end);
                end = ends.poll();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(End end) {
        Attempt attempt = end.attempt();
        if (!attempt.progress().equals(partitions.get(attempt.progress().partition()))) {
            return; // Its partition went to another member, which takes it again.
        }
        Throwable failure = end.failure() instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : end.failure();
        if (failure == null) {
            attempt.progress().finish(attempt.record().offset());
            return;
        }
        boolean isForGood = failure instanceof PlatformException known
                ? !known.code().isTransient()
                : attempt.number() >= UNEXPECTED_TRIES;
        if (isForGood) {
            CompletableFuture<Void> _ = malformed
                    .publish(attempt.record(), failure)
                    // The dead letter is tried again with the record when it cannot be written.
                    .whenComplete((_, unsent) -> ends.add(new End(attempt, unsent)));
        } else {
            LOGGER.atDebug()
                    .addKeyValue("topic", attempt.record().topic())
                    .addKeyValue("offset", attempt.record().offset())
                    .addKeyValue("error", failure.toString())
                    .log("record cannot be taken now, it is tried again");
            long pause =
                    PACE.after(attempt.number(), ThreadLocalRandom.current()).toNanos();
            var next = new Attempt(attempt.progress(), attempt.record(), attempt.number() + 1);
            retries.add(new Retry(next, System.nanoTime() + pause));
        }
    }

    private void beginDue() {
        long now = System.nanoTime();
        List<Retry> due =
                retries.stream().filter(retry -> retry.atNanos() - now <= 0).toList();
        retries.removeAll(due);
        due.forEach(retry -> begin(retry.attempt()));
    }

    private void commitNews() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        partitions.forEach((partition, progress) -> {
            if (progress.hasNews()) {
                offsets.put(partition, new OffsetAndMetadata(progress.taken()));
            }
        });
        if (!offsets.isEmpty()) {
            commit(offsets);
        }
    }

    /// Partitions whose window is full wait until their first records are done.
    private void balance() {
        Set<TopicPartition> paused = consumer.paused();
        partitions.values().forEach(progress -> {
            List<TopicPartition> partition = List.of(progress.partition());
            if (progress.hasRoom() == paused.contains(progress.partition())) {
                if (progress.hasRoom()) {
                    consumer.resume(partition);
                } else {
                    consumer.pause(partition);
                }
            }
        });
    }

    private void handOver(Collection<TopicPartition> leaving) {
        long deadline = System.nanoTime() + HAND_OVER.toNanos();
        retries.removeIf(retry -> leaving.contains(retry.attempt().progress().partition()));
        while (leaving.stream().anyMatch(this::isBusy) && System.nanoTime() - deadline < 0) {
            takeEnds(BUSY_POLL);
        }
        commitNews();
        forget(leaving);
    }

    private boolean isBusy(TopicPartition partition) {
        IntakePartition progress = partitions.get(partition);
        return progress != null && !progress.isQuiet();
    }

    private void forget(Collection<TopicPartition> gone) {
        retries.removeIf(retry -> gone.contains(retry.attempt().progress().partition()));
        gone.forEach(partitions::remove);
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            commitSync(offsets);
            offsets.forEach((partition, offset) -> {
                IntakePartition progress = partitions.get(partition);
                if (progress != null) {
                    progress.committed(offset.offset());
                }
            });
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException e) {
            LOGGER.atWarn().addKeyValue("error", e.toString()).log("intake could not commit, trying again");
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

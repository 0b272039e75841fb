package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.Feed;
import dev.millrace.testkit.EmbeddedBroker;
import dev.millrace.testkit.ScratchFolder;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The broker goes and comes back; everything goes on by itself and nothing that was acknowledged is lost.
class BrokerRestartIT {
    private final ScratchFolder folder = new ScratchFolder("broker");
    private final EmbeddedBroker broker = new EmbeddedBroker(folder.path());
    private final LaneId lane = Requests.lane();
    private KafkaQueueAdapter adapter;

    enum End {
        STOPPED,
        KILLED
    }

    @BeforeEach
    void start() {
        broker.start();
        adapter = new KafkaQueueAdapter(
                KafkaQueueAdapter.config(broker.bootstrapServers(), Duration.ofSeconds(6), 2_000));
        adapter.lanes().create(List.of(lane));
    }

    @AfterEach
    void close() {
        adapter.close();
        broker.kill();
        folder.close();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void losesNothingThatWasAcknowledgedToTheProducer(End end) throws Exception {
        Set<InvocationId> sent = ConcurrentHashMap.newKeySet();
        Set<InvocationId> done = ConcurrentHashMap.newKeySet();
        var deliveries = new AtomicInteger();
        var isProducing = new AtomicBoolean(true);
        var producer = CompletableFuture.runAsync(() -> {
            while (isProducing.get()) {
                InferenceRequest request = Requests.asynchronous("x");
                if (isSent(adapter.queue().enqueue(lane, request).toCompletableFuture())) {
                    sent.add(request.invocationId());
                }
            }
        });
        try (var one = adapter.consumers().open(lane, 8, request -> finish(request, done, deliveries));
                var two = adapter.consumers().open(lane, 8, request -> finish(request, done, deliveries))) {
            patiently().until(() -> done.size() > 200);

            restart(end);

            int before = done.size();
            patiently().until(() -> done.size() > before + 200);
            isProducing.set(false);
            producer.get(20, TimeUnit.SECONDS);
            patiently().untilAsserted(() -> assertThat(done).containsAll(sent));
            backlogIs(0);
            one.check();
            two.check();
            // A restart forgets the deliveries in progress, and those only.
            assertThat(deliveries.get() - done.size()).isLessThanOrEqualTo(50);
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void givesRecordsThatWereHeldAgain(End end) {
        List<AcquiredRequest> held = new CopyOnWriteArrayList<>();
        for (InferenceRequest request : Requests.numbered(50)) {
            adapter.queue().enqueue(lane, request).toCompletableFuture().join();
        }
        try (var _ = adapter.consumers().open(lane, 25, held::add);
                var _ = adapter.consumers().open(lane, 25, held::add)) {
            patiently().until(() -> held.size() == 50);
            List<AcquiredRequest> before = List.copyOf(held);

            restart(end);

            patiently().until(() -> before.stream().noneMatch(AcquiredRequest::isHeld));
            // A holder that finishes now must publish nothing, and its acknowledgement counts for nothing.
            before.forEach(request -> request.acknowledge(new Outcome.Completed()));
            patiently().until(() -> held.size() == 100);
            List<AcquiredRequest> after = held.subList(50, 100);
            assertThat(after).allMatch(AcquiredRequest::isHeld);
            assertThat(after.stream().map(AcquiredRequest::request))
                    .containsExactlyInAnyOrderElementsOf(
                            before.stream().map(AcquiredRequest::request).toList());
            after.forEach(request -> request.acknowledge(new Outcome.Completed()));
            backlogIs(0);
            assertThat(held).hasSize(100);
        }
    }

    @Test
    void feedsAndRepliesGoOn() {
        var feeds = new KafkaFeeds(adapter.connection());
        var replies = new KafkaReplies(adapter.connection());
        var signals = new CopyOnWriteArrayList<String>();
        var shared = new CopyOnWriteArrayList<String>();
        var answers = new CopyOnWriteArrayList<Reply>();
        Feed<WakeSignal> feed = feeds.wakeSignals();
        try (var following = feed.follow(new Feed.Start.Beginning(), (key, _) -> signals.add(key));
                var member = feed.share("group", (key, _) -> shared.add(key));
                var receiver = replies.receive("gateway", answers::add)) {
            publish(feed, "before");
            patiently().untilAsserted(() -> {
                assertThat(signals).containsExactly("before");
                assertThat(shared).containsExactly("before");
            });

            restart(End.KILLED);

            publish(feed, "after");
            var answer = new Reply.Success(
                    Requests.id(), new InferenceInput.Inline(Payload.ofUtf8("x")), "text/plain", null, Duration.ZERO);
            patiently()
                    .until(() -> isSent(replies.send(receiver.address(), answer).toCompletableFuture()));
            patiently().untilAsserted(() -> {
                assertThat(signals).containsExactly("before", "after");
                assertThat(shared).endsWith("after");
                assertThat(answers).contains(answer);
            });
            following.check();
            member.check();
            receiver.check();
        }
    }

    private void restart(End end) {
        switch (end) {
            case STOPPED -> broker.stop();
            case KILLED -> broker.kill();
        }
        broker.start();
    }

    private static void publish(Feed<WakeSignal> feed, String key) {
        var signal = new WakeSignal(Requests.lane().endpoint(), Requests.lane().generation());
        patiently().until(() -> isSent(feed.publish(key, signal).toCompletableFuture()));
    }

    private static void finish(AcquiredRequest request, Set<InvocationId> done, AtomicInteger deliveries) {
        deliveries.incrementAndGet();
        done.add(request.request().invocationId());
        request.acknowledge(new Outcome.Completed());
    }

    private static boolean isSent(CompletableFuture<Void> sending) {
        try {
            sending.get(10, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException | ExecutionException | TimeoutException _) {
            return false;
        }
    }

    private void backlogIs(long expected) {
        patiently()
                .untilAsserted(() -> assertThat(adapter.lanes().position(lane))
                        .hasValueSatisfying(
                                position -> assertThat(position.backlog()).isEqualTo(expected)));
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(50));
    }
}

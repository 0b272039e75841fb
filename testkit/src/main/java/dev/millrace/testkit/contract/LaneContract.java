package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import dev.millrace.invocation.port.RequestConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a lane promises: nothing is lost, nothing is done twice without need, and its backlog is true.
public abstract class LaneContract {
    private static final Duration LOCK = Duration.ofSeconds(30);
    private static final Duration SHORT_LOCK = Duration.ofSeconds(2);
    private static final int WINDOW = 2_000;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private LaneId lane = Requests.lane();

    /// @param lock of the lanes that it makes
    /// @param window of the lanes that it makes
    protected abstract QueueAdapter open(Duration lock, int window);

    @BeforeEach
    void nameALane() {
        lane = Requests.lane();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    @Test
    void keepsWhatWaitsForItsFirstWorker() {
        QueueAdapter adapter = laneOf(LOCK);
        List<InferenceRequest> sent = enqueue(adapter, 20);

        var hold = new Hold();
        consume(adapter, 8, request -> {
            hold.onAcquired(request);
            request.acknowledge(new Outcome.Completed());
        });

        assertThat(hold.await(20))
                .allSatisfy(request -> assertThat(request.deliveryCount()).isEqualTo(1))
                .extracting(AcquiredRequest::request)
                .containsExactlyInAnyOrderElementsOf(sent);
        backlogIs(adapter, 0);
    }

    @Test
    void givesEachRecordToOneOfSeveralConsumers() {
        QueueAdapter adapter = laneOf(LOCK);
        var hold = new Hold();
        for (int i = 0; i < 3; i++) {
            consume(adapter, 8, request -> {
                hold.onAcquired(request);
                request.acknowledge(new Outcome.Completed());
            });
        }

        List<InferenceRequest> sent = enqueue(adapter, 600);

        hold.await(600);
        backlogIs(adapter, 0);
        assertThat(hold.taken()).extracting(AcquiredRequest::request).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void holdsNoMoreThanItsBound() {
        QueueAdapter adapter = laneOf(LOCK);
        enqueue(adapter, 40);
        var hold = new Hold();
        consume(adapter, 8, hold);

        hold.await(1);
        hold.staysAt(8, Duration.ofSeconds(1));
        hold.completeAll();

        hold.await(16);
    }

    @Test
    void countsWhatWaitsAndWhatRuns() {
        QueueAdapter adapter = laneOf(LOCK);
        enqueue(adapter, 10);
        backlogIs(adapter, 10);

        var hold = new Hold();
        consume(adapter, 4, hold);
        hold.await(4);
        backlogIs(adapter, 10);
        hold.taken().subList(0, 3).forEach(request -> request.acknowledge(new Outcome.Completed()));

        // Three of a batch of four are finished: they do not wait for the fourth.
        backlogIs(adapter, 7);
    }

    @Test
    void givesWhatAClosedConsumerHeldToTheNextAtOnce() throws Exception {
        QueueAdapter adapter = laneOf(LOCK);
        enqueue(adapter, 3);
        var first = new Hold();
        RequestConsumer leaving = consume(adapter, 8, first);
        first.await(3);

        leaving.close();
        var second = new Hold();
        consume(adapter, 8, second);

        assertThat(second.await(3)).allSatisfy(request -> {
            assertThat(request.deliveryCount()).isEqualTo(2);
            assertThat(request.isHeld()).isTrue();
        });
        assertThat(first.taken()).noneMatch(AcquiredRequest::isHeld);
    }

    @Test
    void keepsARecordBeyondItsLockByRenewal() {
        QueueAdapter adapter = laneOf(SHORT_LOCK);
        enqueue(adapter, 3);
        var holder = new Hold();
        consume(adapter, 8, holder);
        holder.await(3);
        var other = new Hold();
        consume(adapter, 8, other);

        other.staysAt(0, SHORT_LOCK.multipliedBy(3));

        assertThat(holder.taken()).hasSize(3).allMatch(AcquiredRequest::isHeld);
        holder.completeAll();
        backlogIs(adapter, 0);
        other.staysAt(0, SHORT_LOCK);
    }

    @Test
    void tellsAHolderThatItsLockIsLost() throws Exception {
        QueueAdapter adapter = laneOf(SHORT_LOCK);
        enqueue(adapter, 1);
        // A listener that blocks its lane's thread keeps it from renewing, as a process that is stopped would.
        var first = new Hold();
        var stopped = new CountDownLatch(1);
        consume(adapter, 1, request -> {
            first.onAcquired(request);
            awaitQuietly(stopped);
        });
        AcquiredRequest zombie = first.awaitOne();
        assertThat(zombie.isHeld()).isTrue();

        var second = new Hold();
        consume(adapter, 1, second);
        AcquiredRequest taken = second.awaitOne();

        assertThat(zombie.isHeld()).isFalse();
        stopped.countDown();
        patiently().during(Duration.ofSeconds(1)).untilAsserted(() -> {
            assertThat(zombie.isHeld()).isFalse();
            assertThat(taken.isHeld()).isTrue();
        });
        zombie.acknowledge(new Outcome.Completed());
        backlogIs(adapter, 1);
        taken.acknowledge(new Outcome.Completed());
        backlogIs(adapter, 0);
    }

    @Test
    void stopsAcquiringButKeepsWhatItHolds() {
        QueueAdapter adapter = laneOf(SHORT_LOCK);
        enqueue(adapter, 10);
        var leaving = new Hold();
        RequestConsumer consumer = consume(adapter, 4, leaving);
        leaving.await(4);

        consumer.stopAcquiring();
        var other = new Hold();
        consume(adapter, 8, other);
        other.await(6);
        other.staysAt(6, SHORT_LOCK.plusSeconds(1));

        assertThat(leaving.taken()).hasSize(4).allMatch(AcquiredRequest::isHeld);
        leaving.completeAll();
        backlogIs(adapter, 6);
        other.completeAll();
        backlogIs(adapter, 0);
    }

    @Test
    void releasedRecordsComeAgainAndThenGoToTheDeadLetters() throws Exception {
        QueueAdapter adapter = laneOf(LOCK);
        InferenceRequest poison = enqueue(adapter, 1).getFirst();
        var deaths = new DeadLetterBox(adapter, lane);
        opened.add(deaths);
        // A worker that dies on the record: its consumer closes, and the record is delivered again.
        for (int delivery = 1; delivery <= 4; delivery++) {
            var hold = new Hold();
            try (var _ = adapter.consumers().open(lane, 1, hold)) {
                assertThat(hold.awaitOne().deliveryCount()).isEqualTo(delivery);
            }
        }

        var last = new Hold();
        consume(adapter, 1, last);
        last.awaitOne().acknowledge(new Outcome.Malformed("kills workers"));

        deaths.awaitOne();
        assertThat(adapter.lanes().read(lane, deaths.awaitOne().offset())).contains(poison);
        backlogIs(adapter, 0);
    }

    @Test
    void queuesARecordAgainThatIsReleasedOnItsLastDelivery() throws Exception {
        QueueAdapter adapter = laneOf(LOCK);
        InferenceRequest request = enqueue(adapter, 1).getFirst();
        for (int delivery = 1; delivery <= 5; delivery++) {
            var hold = new Hold();
            try (var _ = adapter.consumers().open(lane, 1, hold)) {
                assertThat(hold.awaitOne().deliveryCount()).isEqualTo(delivery);
            }
        }

        var hold = new Hold();
        consume(adapter, 1, hold);

        assertThat(hold.awaitOne().request()).isEqualTo(request.asRepeat());
        assertThat(hold.awaitOne().deliveryCount()).isEqualTo(1);
        hold.completeAll();
        backlogIs(adapter, 0);
    }

    @Test
    void goesOnBehindAnUnfinishedRecordUntilItsWindowEnds() {
        int window = 100;
        QueueAdapter adapter = laneOf(LOCK, window);
        enqueue(adapter, 1);
        var oldest = new Hold();
        RequestConsumer slow = consume(adapter, 1, oldest);
        oldest.awaitOne();

        enqueue(adapter, 3 * window);
        var others = new Hold();
        consume(adapter, 8, request -> {
            others.onAcquired(request);
            request.acknowledge(new Outcome.Completed());
        });
        others.await(window - 10);
        patiently()
                .during(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(others.taken()).hasSizeLessThan(2 * window));

        slow.stopAcquiring();
        oldest.completeAll();
        others.await(3 * window);
        backlogIs(adapter, 0);
    }

    @Test
    void losesNothingWhenTrimmedToItsStart() {
        QueueAdapter adapter = laneOf(LOCK);
        List<InferenceRequest> sent = enqueue(adapter, 100);
        var hold = new Hold();
        RequestConsumer half = consume(adapter, 50, hold);
        hold.await(50);
        half.stopAcquiring();
        hold.completeAll();
        backlogIs(adapter, 50);

        long start = position(adapter).start();
        adapter.lanes().trim(Map.of(lane, start));

        assertThat(start).isLessThanOrEqualTo(50);
        backlogIs(adapter, 50);
        var rest = new Hold();
        consume(adapter, 50, rest);
        rest.await(50);
        var seen = new HashSet<>(
                hold.taken().stream().map(AcquiredRequest::request).toList());
        seen.addAll(rest.taken().stream().map(AcquiredRequest::request).toList());
        assertThat(seen).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void goesOnAfterItWasTrimmedToItsEnd() {
        QueueAdapter adapter = laneOf(LOCK);
        enqueue(adapter, 10);
        var hold = new Hold();
        consume(adapter, 8, request -> {
            hold.onAcquired(request);
            request.acknowledge(new Outcome.Completed());
        });
        hold.await(10);
        backlogIs(adapter, 0);
        assertThat(adapter.lanes().read(lane, 3)).isPresent();

        adapter.lanes().trim(Map.of(lane, position(adapter).end()));
        enqueue(adapter, 5);

        hold.await(15);
        backlogIs(adapter, 0);
        assertThat(adapter.lanes().read(lane, 3)).isEmpty();
        assertThat(adapter.lanes().read(lane, 99)).isEmpty();
    }

    @Test
    void staysAsItIsWhenMadeAgain() {
        QueueAdapter adapter = laneOf(LOCK);
        enqueue(adapter, 5);
        var hold = new Hold();
        RequestConsumer first = consume(adapter, 2, hold);
        hold.await(2);
        first.stopAcquiring();
        hold.completeAll();
        backlogIs(adapter, 3);

        adapter.lanes().create(List.of(lane));

        backlogIs(adapter, 3);
        var rest = new Hold();
        consume(adapter, 8, rest);
        rest.await(3);
        rest.staysAt(3, Duration.ofMillis(500));
    }

    @Test
    void beginsEmptyAfterItWasDeleted() {
        QueueAdapter adapter = laneOf(LOCK);
        enqueue(adapter, 5);
        assertThat(adapter.lanes().list()).contains(lane);

        adapter.lanes().delete(List.of(lane));

        patiently().untilAsserted(() -> assertThat(adapter.lanes().list()).doesNotContain(lane));
        assertThat(adapter.lanes().position(lane)).isEmpty();
        adapter.lanes().delete(List.of(lane));
        adapter.lanes().create(List.of(lane));
        backlogIs(adapter, 0);
        assertThat(position(adapter)).isEqualTo(new LanePosition(0, 0, 0));
    }

    private QueueAdapter laneOf(Duration lock) {
        return laneOf(lock, WINDOW);
    }

    private QueueAdapter laneOf(Duration lock, int window) {
        QueueAdapter adapter = open(lock, window);
        opened.add(adapter);
        adapter.lanes().create(List.of(lane));
        return adapter;
    }

    private RequestConsumer consume(QueueAdapter adapter, int maxHeld, RequestConsumer.Listener listener) {
        RequestConsumer consumer = adapter.consumers().open(lane, maxHeld, listener);
        opened.add(consumer);
        return consumer;
    }

    private List<InferenceRequest> enqueue(QueueAdapter adapter, int count) {
        List<InferenceRequest> requests = Requests.numbered(count);
        requests.stream()
                .map(request -> adapter.queue().enqueue(lane, request).toCompletableFuture())
                .toList()
                .forEach(sent -> sent.orTimeout(10, TimeUnit.SECONDS).join());
        return requests;
    }

    private LanePosition position(QueueAdapter adapter) {
        return patiently()
                .until(() -> adapter.lanes().position(lane), Optional::isPresent)
                .orElseThrow();
    }

    private void backlogIs(QueueAdapter adapter, long expected) {
        patiently()
                .untilAsserted(() -> assertThat(adapter.lanes().position(lane))
                        .hasValueSatisfying(
                                position -> assertThat(position.backlog()).isEqualTo(expected)));
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test did not let the listener go");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

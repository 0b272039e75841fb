package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.port.Feed;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.outbound.AddressGuard;
import dev.millrace.outbound.OutboundCaller;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.WebhookReceiver;
import dev.millrace.testkit.WebhookReceiver.Answer;
import dev.millrace.testkit.WebhookReceiver.Received;
import dev.millrace.testkit.contract.Requests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is owed is delivered: to the end, over restarts, and with no receiver in another's way.
class DeliveryScheduleTest {
    private static final Duration HANGS = Duration.ofMinutes(1);
    private static final NotifierConfig CONFIG = config(Duration.ofSeconds(5), 6, 16, 4);

    private final InstantSource clock = InstantSource.system();
    private final FakeFeed<OwedDelivery> feed = new FakeFeed<>(clock);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<MetricKey, Double> failures = new ConcurrentHashMap<>();
    private final WebhookReceiver receiver = new WebhookReceiver();
    private final TestControlPlane controlPlane = TestControlPlane.inMemory();
    private final EndpointResource endpoint = controlPlane.createEndpoint(Requests.endpoint());
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        receiver.close();
        for (AutoCloseable each : open) {
            each.close();
        }
        controlPlane.close();
    }

    @Test
    void triesAgainUnderTheSameIdUntilItIsTaken() {
        receiver.answerNext(Answer.of(500), Answer.of(429), Answer.of(302), Answer.of(404));
        DeliverySchedule schedule = start(CONFIG);

        owe("id-1", receiver.url("/"));

        eventually().until(() -> schedule.size() == 0 && receiver.received().size() == 5);
        assertThat(receiver.received())
                .extracting(DeliveryScheduleTest::messageId)
                .containsOnly("id-1");
        assertThat(receiver.received()).extracting(Received::text).containsOnly("body of id-1");
        assertThat(attempts("taken")).isEqualTo(1);
        assertThat(attempts("failed")).isEqualTo(4);
    }

    @Test
    void leavesTheReceiverAloneForAsLongAsItAsks() {
        receiver.answerNext(Answer.of(429).withHeader("Retry-After", "2"));
        start(CONFIG);

        owe("id-1", receiver.url("/"));

        eventually().until(() -> receiver.received().size() == 2);
        assertThat(Duration.between(
                        receiver.received().getFirst().at(),
                        receiver.received().getLast().at()))
                .isGreaterThan(Duration.ofMillis(1_900));
    }

    @Test
    void givesUpAfterTheLastAttempt() {
        receiver.answer(Answer.of(500));
        DeliverySchedule schedule = start(CONFIG);

        owe("id-1", receiver.url("/"));

        eventually().until(() -> schedule.size() == 0);
        assertThat(receiver.received()).hasSize(CONFIG.maxAttempts());
        assertThat(registry.counter("notification.given-up", "destination", "webhook")
                        .count())
                .isEqualTo(1);
        assertThatNothingIsLeftForTheNext();
    }

    @Test
    void countsWhatIsNotToldOfAnEndpointsCalls() {
        receiver.answer(Answer.of(500));
        receiver.answerNext(Answer.of(200), Answer.of(410));
        DeliverySchedule schedule = start(config(Duration.ofSeconds(5), 2, 1, 1));

        oweOfCall("taken");
        eventually().until(() -> schedule.size() == 0 && receiver.received().size() == 1);
        assertThat(failures).isEmpty();

        oweOfCall("refused");
        oweOfCall("given up");
        owe("of no call", receiver.url("/"));

        eventually()
                .until(() -> schedule.size() == 0
                        && registry.counter("notification.given-up", "destination", "webhook")
                                        .count()
                                == 3);
        assertThat(failures)
                .containsExactly(Map.entry(
                        SageMakerMetrics.ofVariant("NotificationFailures", endpoint.name(), "AllTraffic"), 2.0));
    }

    @Test
    void asksAReceiverThatIsGoneOnlyOnce() {
        receiver.answer(Answer.of(410));
        DeliverySchedule schedule = start(CONFIG);

        owe("id-1", receiver.url("/"));

        eventually().until(() -> schedule.size() == 0 && attempts("refused") == 1);
        assertThat(receiver.received()).hasSize(1);
        assertThatNothingIsLeftForTheNext();
    }

    @Test
    void deliversABurstToOneReceiverWithoutPauses() {
        start(CONFIG);

        for (int number = 0; number < 400; number++) {
            owe("id-" + number, receiver.url("/" + number % 3));
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> receiver.received().size() == 400);
        assertThat(receiver.received())
                .extracting(DeliveryScheduleTest::messageId)
                .doesNotHaveDuplicates();
    }

    @Test
    void callsOneServerWithAtMostItsShareAtOnceWhateverThePath() {
        Duration answerTime = Duration.ofMillis(300);
        receiver.answer(Answer.of(200).after(answerTime));
        start(CONFIG);

        for (int number = 0; number < 12; number++) {
            owe("id-" + number, receiver.url("/" + number));
        }

        eventually().until(() -> receiver.received().size() == 12);
        List<Instant> arrivals =
                receiver.received().stream().map(Received::at).sorted().toList();
        for (int later = CONFIG.maxPerDestination(); later < arrivals.size(); later++) {
            assertThat(Duration.between(arrivals.get(later - CONFIG.maxPerDestination()), arrivals.get(later)))
                    .isGreaterThan(answerTime.dividedBy(2));
        }
    }

    @Test
    void letsAServerThatHangsDelayNobodyElse() {
        try (var healthy = new WebhookReceiver()) {
            receiver.answer(Answer.of(200).after(HANGS));
            start(CONFIG);
            for (int number = 0; number < 100; number++) {
                owe("slow-" + number, receiver.url("/" + number));
            }
            eventually().until(() -> receiver.received().size() == CONFIG.maxPerDestination());

            Instant owedAt = Instant.now();
            owe("quick", healthy.url("/"));

            await().atMost(CONFIG.attemptTimeout().dividedBy(2))
                    .until(() -> !healthy.received().isEmpty());
            assertThat(Duration.between(owedAt, healthy.received().getFirst().at()))
                    .isLessThan(CONFIG.attemptTimeout().dividedBy(2));
        }
    }

    @Test
    void goesOnWithAServerWhenItsFirstDeliveriesHaveFailed() {
        receiver.answer(Answer.of(200).after(HANGS));
        start(config(Duration.ofMillis(500), 20, 16, 2));
        owe("slow-1", receiver.url("/1"));
        owe("slow-2", receiver.url("/2"));
        owe("third", receiver.url("/3"));
        eventually().until(() -> receiver.received().size() >= 2);

        receiver.answer(Answer.of(200));

        eventually().until(() -> !receiver.received("/3").isEmpty());
    }

    @Test
    void takesUpWhatTheProcessBeforeLeftAndCountsItsAttempts() {
        receiver.answer(Answer.of(503));
        DeliverySchedule first = start(CONFIG);
        owe("id-1", receiver.url("/"));
        eventually().until(() -> receiver.received().size() == 2);
        first.close();
        int before = receiver.received().size();

        DeliverySchedule second = start(CONFIG);

        eventually().until(() -> attempts("failed") >= CONFIG.maxAttempts() && second.size() == 0);
        assertThat(receiver.received()).hasSizeGreaterThan(before);
        // The attempt that the stop cut off, and one that had failed and was not written down yet, are made again.
        assertThat(receiver.received().size()).isLessThanOrEqualTo(CONFIG.maxAttempts() + 2);
        assertThat(receiver.received())
                .extracting(DeliveryScheduleTest::messageId)
                .containsOnly("id-1");
    }

    @Test
    void sendsNothingAgainThatWasTaken() {
        DeliverySchedule first = start(CONFIG);
        owe("id-1", receiver.url("/"));
        eventually().until(() -> first.size() == 0 && receiver.received().size() == 1);
        first.close();

        assertThatNothingIsLeftForTheNext();
        assertThat(receiver.received()).hasSize(1);
    }

    @Test
    void sendsNothingAgainThatWasTakenWhileTheBrokerWasAway() {
        receiver.answer(Answer.of(200).after(Duration.ofMillis(300)));
        DeliverySchedule first = start(CONFIG);
        owe("id-1", receiver.url("/"));
        eventually().until(() -> receiver.received().size() == 1);
        feed.setOut(true);
        eventually().until(() -> first.size() == 0);

        feed.setOut(false);

        eventually().untilAsserted(this::assertThatNothingIsLeftForTheNext);
    }

    @Test
    void waitsForTheAttemptUnderWayWhenItStops() {
        receiver.answer(Answer.of(200).after(Duration.ofMillis(500)));
        DeliverySchedule first = start(CONFIG);
        owe("id-1", receiver.url("/"));
        eventually().until(() -> receiver.received().size() == 1);

        first.close();

        assertThatNothingIsLeftForTheNext();
    }

    @Test
    void stopsInTimeWhileAReceiverHangs() {
        receiver.answer(Answer.of(200).after(HANGS));
        DeliverySchedule schedule = start(CONFIG);
        owe("id-1", receiver.url("/"));
        eventually().until(() -> receiver.received().size() == 1);
        long start = System.nanoTime();

        schedule.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void makesOnlyItsOwnDeliveriesAndThoseThatBecomeItsOwn() {
        var isOwned = new AtomicBoolean();
        start(CONFIG, key -> key.startsWith("mine") || isOwned.get());
        owe("others", receiver.url("/"));
        owe("mine", receiver.url("/"));
        eventually().until(() -> !receiver.received().isEmpty());
        assertThat(receiver.received())
                .extracting(DeliveryScheduleTest::messageId)
                .containsExactly("mine");

        isOwned.set(true);

        eventually().until(() -> receiver.received().size() == 2);
        assertThat(messageId(receiver.received().getLast())).isEqualTo("others");
    }

    @Test
    void dropsWhatAnotherProcessHasStruckOut() {
        var isOwned = new AtomicBoolean();
        DeliverySchedule schedule = start(CONFIG, _ -> isOwned.get());
        OwedDelivery delivery = owe("id-1", receiver.url("/"));
        eventually().until(() -> schedule.size() == 1);

        feed.publish(delivery.key(), null).toCompletableFuture().join();
        eventually().until(() -> schedule.size() == 0);
        isOwned.set(true);
        owe("id-2", receiver.url("/"));

        eventually().until(() -> !receiver.received().isEmpty());
        assertThat(receiver.received())
                .extracting(DeliveryScheduleTest::messageId)
                .containsExactly("id-2");
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(20));
    }

    private static NotifierConfig config(Duration timeout, int attempts, int concurrent, int perDestination) {
        return new NotifierConfig(
                timeout,
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                attempts,
                concurrent,
                perDestination,
                List.of("127.0.0.0/8"),
                URI.create("http://127.0.0.1:8080"),
                "us-east-1");
    }

    private DeliverySchedule start(NotifierConfig config) {
        return start(config, _ -> true);
    }

    private DeliverySchedule start(NotifierConfig config, Predicate<String> owns) {
        var caller = new OutboundCaller(new AddressGuard(config.allowedNetworks()), config.attemptTimeout());
        var courier = Couriers.of(
                controlPlane.catalog,
                caller,
                (_, _, _, _) -> {
                    throw new AssertionError("nothing here goes to Kafka");
                },
                clock);
        var schedule = new DeliverySchedule(
                feed,
                courier,
                new Retries(controlPlane.catalog, config),
                owns,
                config,
                new DeliveryMetrics(registry, (key, _, values) -> failures.merge(key, values.sum(), Double::sum)),
                clock);
        schedule.start();
        open.add(schedule);
        open.add(caller);
        return schedule;
    }

    private void oweOfCall(String messageId) {
        var to = new Destination.Webhook(
                endpoint.endpoint(), endpoint.createdAt(), receiver.url("/").toString());
        OwedDelivery delivery = OwedDelivery.first(messageId, to, "body of " + messageId, clock.instant())
                .of(new OwedDelivery.Call(endpoint.endpoint(), new VariantName("AllTraffic")));
        feed.publish(delivery.key(), delivery).toCompletableFuture().join();
    }

    private OwedDelivery owe(String messageId, URI url) {
        var to = new Destination.Webhook(endpoint.endpoint(), endpoint.createdAt(), url.toString());
        OwedDelivery delivery = OwedDelivery.first(messageId, to, "body of " + messageId, clock.instant());
        feed.publish(delivery.key(), delivery).toCompletableFuture().join();
        return delivery;
    }

    private double attempts(String outcome) {
        return registry.counter("notification.attempts", "destination", "webhook", "outcome", outcome)
                .count();
    }

    private static String messageId(Received request) {
        return request.header("webhook-id").orElseThrow();
    }

    /// Reads the feed as a process that starts now does.
    private void assertThatNothingIsLeftForTheNext() {
        var left = new ConcurrentHashMap<String, OwedDelivery>();
        try (var now = feed.follow(new Feed.Start.Beginning(), (key, delivery) -> {
            if (delivery == null) {
                left.remove(key);
            } else {
                left.put(key, delivery);
            }
        })) {
            now.caughtUp().toCompletableFuture().join();
        }
        assertThat(left).isEmpty();
    }
}

package dev.millrace.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecentMetricsTest {
    private static final MetricKey KEY = MetricKey.of("app", "latency", Map.of("stage", "test"));
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T12:00:05Z"));
    private final InstantSource clock = now::get;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeFeed<MetricBatch> feed = new FakeFeed<>(clock, 1, MetricBatch.CODEC);
    private final RecentMetrics recent = new RecentMetrics(feed, clock, 3, registry);

    @AfterEach
    void close() {
        recent.close();
    }

    @Test
    void addsUpWhatSeveralProcessesSendOfOneSlot() {
        send(sample(KEY, "12:00:00", StatisticSet.of(1)));
        send(sample(KEY, "12:00:00", StatisticSet.of(3, 2)));
        send(sample(KEY, "12:00:50", StatisticSet.of(9)));

        await().untilAsserted(() -> assertThat(read(MINUTE)).hasSize(1));
        StatisticSet minute = read(MINUTE).getFirst().values();
        assertThat(minute.sampleCount()).isEqualTo(4);
        assertThat(minute.sum()).isEqualTo(16);
        assertThat(minute.minimum()).isEqualTo(1);
        assertThat(minute.maximum()).isEqualTo(9);
        assertThat(read(Duration.ofSeconds(10)))
                .extracting(Datapoint::at)
                .containsExactly(at("12:00:00"), at("12:00:50"));
    }

    @Test
    void readsPercentilesWithinFivePercent() {
        for (int i = 1; i <= 1000; i++) {
            send(sample(KEY, "12:00:00", StatisticSet.of(i)));
        }

        await().untilAsserted(() -> assertThat(read(MINUTE))
                .first()
                .satisfies(minute -> assertThat(minute.values().sampleCount()).isEqualTo(1000)));
        StatisticSet all = read(MINUTE).getFirst().values();
        assertThat(percentile(all, "p50")).isCloseTo(500, within(25.0));
        assertThat(percentile(all, "p99")).isCloseTo(990, within(50.0));
        assertThat(percentile(all, "p100")).isEqualTo(1000);
    }

    @Test
    void knowsNoPercentileOfSums() {
        assertThat(Statistic.of("p90").orElseThrow().of(StatisticSet.ofSums(10, 50, 1, 9)))
                .isEmpty();
    }

    @Test
    void keepsNegativeValuesAndZerosInTheirOrder() {
        StatisticSet set = StatisticSet.of(-100).plus(StatisticSet.of(0)).plus(StatisticSet.of(100));

        assertThat(percentile(set, "p10")).isCloseTo(-100, within(5.0));
        assertThat(percentile(set, "p50")).isZero();
        assertThat(percentile(set, "p90")).isCloseTo(100, within(5.0));
    }

    @Test
    void dropsAndCountsMetricsThatAreTooMany() {
        for (int i = 0; i < 5; i++) {
            send(sample(MetricKey.of("app", "m" + i, Map.of()), "12:00:00", StatisticSet.of(1)));
        }

        await().untilAsserted(() -> assertThat(
                        registry.counter("monitoring.series.dropped").count())
                .isEqualTo(2));
        assertThat(recent.metricsSince(Instant.EPOCH)).hasSize(3);
    }

    @Test
    void forgetsWhatIsOlderThanItKeeps() {
        send(sample(KEY, "12:00:00", StatisticSet.of(1)));
        now.set(at("18:30:00"));
        send(sample(KEY, "18:30:00", StatisticSet.of(2)));

        await().untilAsserted(() -> assertThat(recent.datapoints(KEY, null, at("10:00:00"), at("19:00:00"), MINUTE))
                .extracting(Datapoint::at)
                .containsExactly(at("18:30:00")));
    }

    @Test
    void readsOlderHoursFromTheArchiveThatOneProcessWrites() throws InterruptedException {
        var store = new FakeObjectStore(clock, new BucketName("millrace"));
        var archive = new MetricArchive(store, new PlatformObjects(new BucketName("millrace")));
        var history = new MetricHistory(recent, archive, Duration.ofDays(15), clock);
        send(sample(KEY, "12:00:00", StatisticSet.of(1)));
        send(sample(KEY, "12:00:30", StatisticSet.of(5)));
        send(sample(KEY, "12:59:50", StatisticSet.of(7)));
        now.set(at("19:40:00"));
        send(sample(KEY, "19:40:00", StatisticSet.of(2)));
        var archiver = new MetricArchiver(feed, archive, Duration.ofDays(15), clock);

        archiver.archive();
        archiver.archive();

        await().untilAsserted(() -> assertThat(
                        history.datapoints(KEY, null, at("12:00:00"), at("20:00:00"), Duration.ofHours(1)))
                .extracting(point -> point.at() + " " + point.values().sum())
                .containsExactly("2026-11-21T12:00:00Z 13.0", "2026-11-21T19:00:00Z 2.0"));
        assertThat(history.datapoints(KEY, null, at("12:00:00"), at("12:01:00"), MINUTE))
                .singleElement()
                .satisfies(point -> assertThat(point.values().sampleCount()).isEqualTo(2));

        now.set(at("19:40:00").plus(Duration.ofDays(16)));
        archiver.sweep();

        assertThat(archive.read(at("12:00:00"))).isEmpty();
    }

    private static double percentile(StatisticSet set, String name) {
        return Statistic.of(name).orElseThrow().of(set).orElseThrow();
    }

    private List<Datapoint> read(Duration period) {
        return recent.datapoints(KEY, null, at("12:00:00"), at("12:01:00"), period);
    }

    private void send(MetricSample sample) {
        var _ = feed.publish("test", new MetricBatch(List.of(sample)));
    }

    private static MetricSample sample(MetricKey key, String time, StatisticSet values) {
        return new MetricSample(key, Unit.MILLISECONDS, at(time), values);
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-21T" + time + "Z");
    }
}

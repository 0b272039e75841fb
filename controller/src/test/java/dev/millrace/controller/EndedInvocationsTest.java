package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.port.Feed;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.MetricPublisher;
import dev.millrace.monitoring.MetricSample;
import dev.millrace.testkit.FakeFeed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class EndedInvocationsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:05Z");

    private final InstantSource clock = InstantSource.fixed(NOW);
    private final FakeFeed<MetricBatch> feed = new FakeFeed<>(clock, 1, MetricBatch.CODEC);
    private final Map<String, Double> sums = new ConcurrentHashMap<>();

    @Test
    void recordsEachEndOnceAndInItsOwnTime() {
        InvocationSummary first = summary(NOW.minusSeconds(30));
        var completed = new InvocationEvent.Completed(
                first,
                NOW.minusSeconds(20),
                1,
                "text/csv",
                3,
                new Timings(
                        Duration.ofMillis(4_000), Duration.ofMillis(10), Duration.ofMillis(250), Duration.ofMillis(5)),
                null);

        record(
                completed,
                completed,
                new InvocationEvent.Failed(
                        summary(NOW.minusSeconds(9)), NOW.minusSeconds(1), 1, ErrorCode.MODEL_ERROR, "no"),
                new InvocationEvent.Expired(summary(NOW.minusSeconds(9)), NOW.minusSeconds(1)),
                new InvocationEvent.Expired(summary(NOW.minus(Duration.ofDays(2))), NOW.minus(Duration.ofDays(1))));

        await().untilAsserted(() -> assertThat(sums)
                .containsEntry("11:59:40 TimeInBacklog", 4_000.0)
                .containsEntry("11:59:40 TotalProcessingTime", 10_000.0)
                .containsEntry("11:59:40 ModelLatency", 250_000.0)
                .containsEntry("11:59:40 InvocationsProcessed", 1.0)
                .containsEntry("12:00:00 InvocationsProcessed", 1.0)
                .containsEntry("12:00:00 InvocationFailures", 1.0)
                .containsEntry("12:00:00 Invocation5XXErrors", 1.0)
                .containsEntry("12:00:00 ExpiredRequests", 1.0)
                .hasSize(14));
    }

    private void record(InvocationEvent... events) {
        var _ = feed.follow(new Feed.Start.Beginning(), (_, batch) -> {
            if (batch != null) {
                batch.samples().forEach(this::add);
            }
        });
        try (var publisher = new MetricPublisher(feed, clock, 100, new SimpleMeterRegistry())) {
            var ended = new EndedInvocations(publisher);
            for (InvocationEvent event : events) {
                ended.onDocument(event.invocationId().toString(), event);
            }
        }
    }

    private void add(MetricSample sample) {
        assertThat(sample.metric().dimensions()).containsOnlyKeys("EndpointName", "VariantName");
        String name =
                sample.at().toString().substring(11, 19) + " " + sample.metric().name();
        sums.merge(name, sample.values().sum(), Double::sum);
    }

    private InvocationSummary summary(Instant acceptedAt) {
        InvocationId id = InvocationId.create(InstantSource.system(), new Random());
        return new InvocationSummary(
                id,
                new InferenceId(id.toString()),
                new EndpointName("e"),
                new VariantName("v"),
                null,
                ObjectLocation.parse("s3://results/out"),
                ObjectLocation.parse("s3://results/failed"),
                null,
                null,
                null,
                null,
                acceptedAt);
    }
}

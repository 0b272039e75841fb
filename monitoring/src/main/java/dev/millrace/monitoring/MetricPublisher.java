package dev.millrace.monitoring;

import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Threads;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records the metrics of this process and sends them every ten seconds, when the slot is over, to
/// everyone who follows the feed. What the broker does not take is lost, and counted.
public final class MetricPublisher implements MetricRecorder, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(MetricPublisher.class);
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(2);

    private final String source = UUID.randomUUID().toString();
    private final Feed<MetricBatch> feed;
    private final InstantSource clock;
    private final MetricAggregator aggregator;
    private final Counter dropped;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /// Begins to send.
    ///
    /// @param maxMetrics that are held at most between two sendings
    public MetricPublisher(Feed<MetricBatch> feed, InstantSource clock, int maxMetrics, MeterRegistry registry) {
        this.feed = feed;
        this.clock = clock;
        this.dropped = registry.counter("monitoring.dropped");
        this.aggregator = new MetricAggregator(clock, maxMetrics, dropped::increment);
        this.thread = Threads.start("metrics", this::run);
    }

    @Override
    public void record(MetricKey key, Unit unit, StatisticSet values) {
        aggregator.record(key, unit, values);
    }

    /// As [#record(MetricKey, Unit, StatisticSet)], of what was observed at that time; what is too late
    /// is left out.
    public void record(MetricKey key, Unit unit, StatisticSet values, Instant at) {
        if (at.isAfter(clock.instant().minus(MetricArchiver.LATE))) {
            aggregator.record(key, unit, values, at);
        } else {
            dropped.increment();
        }
    }

    /// Sends samples at once; the stage ends when the topic has all of them.
    public CompletionStage<Void> publish(List<MetricSample> samples) {
        CompletableFuture<?>[] sent = MetricBatch.of(samples).stream()
                .map(batch -> feed.publish(source, batch).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(sent);
    }

    /// Sends what is there, the begun slot included, and ends.
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            var _ = thread.join(LEAVE_WITHIN);
            publish(aggregator.drain(Instant.MAX))
                    .toCompletableFuture()
                    .get(LEAVE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn().addKeyValue("error", e.getMessage()).log("the last metrics were not sent");
        }
    }

    private void run() {
        try {
            while (true) {
                long slot = MetricSample.SLOT_SECONDS * 1000L;
                if (closed.await(slot - Math.floorMod(clock.millis(), slot), TimeUnit.MILLISECONDS)) {
                    return;
                }
                List<MetricSample> over = aggregator.drain(MetricSample.slotOf(clock.instant()));
                var _ = publish(over).whenComplete((_, failure) -> {
                    if (failure != null) {
                        dropped.increment(over.size());
                        LOGGER.atWarn()
                                .addKeyValue("metrics", over.size())
                                .addKeyValue("error", failure.getMessage())
                                .log("metrics were not sent");
                    }
                });
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

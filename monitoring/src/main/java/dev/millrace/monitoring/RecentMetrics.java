package dev.millrace.monitoring;

import dev.millrace.invocation.port.Feed;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The metrics of the last hours, in slots of ten seconds, as every process has sent them. Thread-safe.
public final class RecentMetrics implements MetricReader, AutoCloseable {
    /// How far back a slot is certainly here, once the topic was read that far.
    static final Duration KEPT = Duration.ofHours(4);

    /// How far in the future values may lie.
    public static final Duration AHEAD = Duration.ofHours(2);

    private record SeriesKey(MetricKey metric, Unit unit) {}

    private final InstantSource clock;
    private final int maxSeries;
    private final Counter dropped;
    private final Map<SeriesKey, Series> series = new ConcurrentHashMap<>();
    private final Map<MetricKey, Set<Unit>> units = new ConcurrentHashMap<>();
    private final Feed.Subscription subscription;

    /// Begins to follow.
    ///
    /// @param maxSeries metrics that are remembered at most; values of others are dropped, and counted
    public RecentMetrics(Feed<MetricBatch> feed, InstantSource clock, int maxSeries, MeterRegistry registry) {
        this.clock = clock;
        this.maxSeries = maxSeries;
        this.dropped = registry.counter("monitoring.series.dropped");
        registry.gauge("monitoring.series", series, Map::size);
        this.subscription =
                feed.follow(new Feed.Start.Since(clock.instant().minus(KEPT)), (_, batch) -> onBatch(batch));
    }

    /// Every metric that has values since then.
    public List<MetricKey> metricsSince(Instant since) {
        return series.entrySet().stream()
                .filter(entry -> !entry.getValue().newest().isBefore(since))
                .map(entry -> entry.getKey().metric())
                .distinct()
                .toList();
    }

    @Override
    public List<Datapoint> datapoints(MetricKey key, @Nullable Unit unit, Instant from, Instant to, Duration period) {
        var periods = new Periods(from, to, period);
        for (Unit each : units.getOrDefault(key, Set.of())) {
            Series known = series.get(new SeriesKey(key, each));
            if (known != null && (unit == null || unit == each)) {
                known.read(periods.begin(), periods.end(), periods::add);
            }
        }
        return periods.datapoints();
    }

    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` when the topic is not
    ///     followed any more
    public void check() {
        subscription.check();
    }

    /// Ends when everything that was sent before this was made is here.
    public CompletionStage<Void> caughtUp() {
        return subscription.caughtUp();
    }

    /// Forgets metrics that have had no value for as long as values are kept.
    public void forget() {
        Instant since = clock.instant().minus(KEPT);
        series.entrySet().removeIf(entry -> entry.getValue().newest().isBefore(since));
        Set<MetricKey> left = new HashSet<>();
        series.keySet().forEach(each -> left.add(each.metric()));
        units.keySet().retainAll(left);
    }

    @Override
    public void close() {
        subscription.close();
    }

    private void onBatch(@Nullable MetricBatch batch) {
        if (batch == null) {
            return;
        }
        Instant latest = clock.instant().plus(AHEAD);
        for (MetricSample sample : batch.samples()) {
            Series known = sample.at().isAfter(latest) ? null : series(sample);
            if (known == null) {
                dropped.increment();
            } else {
                known.add(sample.at(), sample.values());
            }
        }
    }

    private @Nullable Series series(MetricSample sample) {
        var key = new SeriesKey(sample.metric(), sample.unit());
        Series known = series.get(key);
        if (known == null) {
            if (series.size() >= maxSeries) {
                forget();
            }
            if (series.size() >= maxSeries) {
                return null;
            }
            known = series.computeIfAbsent(key, _ -> new Series(KEPT.plus(AHEAD)));
            units.computeIfAbsent(sample.metric(), _ -> ConcurrentHashMap.newKeySet())
                    .add(sample.unit());
        }
        return known;
    }
}

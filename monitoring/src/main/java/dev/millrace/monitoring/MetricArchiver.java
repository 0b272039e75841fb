package dev.millrace.monitoring;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts each hour that is over into the archive, from the topic, which keeps everything for longer. One
/// process does it; each step may run twice.
public final class MetricArchiver {
    private static final Logger LOGGER = LoggerFactory.getLogger(MetricArchiver.class);

    /// Values may come so late: an hour is archived when none can come any more.
    public static final Duration LATE = Duration.ofHours(2);

    private static final Duration GRACE = Duration.ofMinutes(5);

    /// How far back hours are looked for that are not archived; the topic keeps what they need.
    private static final Duration SINCE = Duration.ofHours(21);

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MAX_SERIES_MINUTES = 300_000;

    private record Minute(MetricKey metric, Unit unit, Instant at) {}

    private final Feed<MetricBatch> feed;
    private final MetricArchive archive;
    private final Duration retention;
    private final InstantSource clock;
    private Instant next;

    /// @param retention how long archived hours are kept
    public MetricArchiver(Feed<MetricBatch> feed, MetricArchive archive, Duration retention, InstantSource clock) {
        this.retention = retention;
        this.feed = feed;
        this.archive = archive;
        this.clock = clock;
        this.next = clock.instant().minus(SINCE).truncatedTo(ChronoUnit.HOURS);
    }

    /// Archives every hour that can be; used by one thread, blocks.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when the store or the broker does not answer
    public void archive() throws InterruptedException {
        Instant now = clock.instant();
        while (!next.plus(Duration.ofHours(1)).plus(LATE).plus(GRACE).isAfter(now)) {
            if (!archive.isArchived(next)) {
                List<MetricSample> minutes = minutes(next);
                archive.write(next, minutes);
                LOGGER.atInfo()
                        .addKeyValue("hour", next)
                        .addKeyValue("minutes", minutes.size())
                        .log("metrics archived");
            }
            next = next.plus(Duration.ofHours(1));
        }
    }

    /// Deletes hours that were kept for long enough; blocks.
    public void sweep() {
        int deleted = archive.sweep(clock.instant().minus(retention));
        if (deleted > 0) {
            LOGGER.atInfo().addKeyValue("hours", deleted).log("old metrics deleted");
        }
    }

    private List<MetricSample> minutes(Instant hour) throws InterruptedException {
        Map<Minute, Accumulator> minutes = new HashMap<>();
        Instant end = hour.plus(Duration.ofHours(1));
        // What was recorded ahead of its time was written earlier.
        Feed.Start start = new Feed.Start.Since(hour.minus(RecentMetrics.AHEAD));
        try (Feed.Subscription reading = feed.follow(start, (_, batch) -> collect(batch, hour, end, minutes))) {
            reading.caughtUp().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the metrics' topic cannot be read", e);
        }
        synchronized (minutes) {
            var samples = new ArrayList<MetricSample>();
            minutes.forEach((minute, values) ->
                    samples.add(new MetricSample(minute.metric(), minute.unit(), minute.at(), values.total())));
            return samples;
        }
    }

    private static void collect(
            @Nullable MetricBatch batch, Instant from, Instant to, Map<Minute, Accumulator> minutes) {
        if (batch == null) {
            return;
        }
        synchronized (minutes) {
            for (MetricSample sample : batch.samples()) {
                if (sample.at().isBefore(from) || !sample.at().isBefore(to)) {
                    continue;
                }
                var minute =
                        new Minute(sample.metric(), sample.unit(), sample.at().truncatedTo(ChronoUnit.MINUTES));
                if (minutes.size() < MAX_SERIES_MINUTES || minutes.containsKey(minute)) {
                    minutes.computeIfAbsent(minute, _ -> new Accumulator()).add(sample.values());
                }
            }
        }
    }
}

package dev.millrace.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads metrics wherever they are: the last three hours at least from memory, older ones from the
/// archive, a minute apart. Thread-safe.
public final class MetricHistory implements MetricReader {
    private static final int HOURS_REMEMBERED = 24;

    private final RecentMetrics recent;
    private final MetricArchive archive;
    private final Duration retention;
    private final InstantSource clock;
    private final SequencedMap<Instant, Map<MetricKey, List<MetricSample>>> hours = new LinkedHashMap<>();

    /// @param retention how far back the archive is asked
    public MetricHistory(RecentMetrics recent, MetricArchive archive, Duration retention, InstantSource clock) {
        this.retention = retention;
        this.recent = recent;
        this.archive = archive;
        this.clock = clock;
    }

    @Override
    public List<Datapoint> datapoints(MetricKey key, @Nullable Unit unit, Instant from, Instant to, Duration period) {
        Instant now = clock.instant();
        // The first whole hour in memory.
        Instant inMemory =
                now.minus(RecentMetrics.KEPT).truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
        if (!from.isBefore(inMemory)) {
            return recent.datapoints(key, unit, from, to, period);
        }
        var periods = new Periods(from, to, period);
        Instant oldest = now.minus(retention).truncatedTo(ChronoUnit.HOURS);
        Instant first = periods.begin().truncatedTo(ChronoUnit.HOURS);
        for (Instant hour = first.isBefore(oldest) ? oldest : first;
                hour.isBefore(inMemory) && hour.isBefore(periods.end());
                hour = hour.plus(Duration.ofHours(1))) {
            for (MetricSample minute : hour(hour).getOrDefault(key, List.of())) {
                if (unit == null || unit == minute.unit()) {
                    periods.add(minute.at(), minute.values());
                }
            }
        }
        Instant rest = periods.begin().isBefore(inMemory) ? inMemory : periods.begin();
        if (rest.isBefore(periods.end())) {
            recent.datapoints(key, unit, rest, periods.end(), Duration.ofSeconds(MetricSample.SLOT_SECONDS))
                    .forEach(slot -> periods.add(slot.at(), slot.values()));
        }
        return periods.datapoints();
    }

    private Map<MetricKey, List<MetricSample>> hour(Instant hour) {
        synchronized (hours) {
            Map<MetricKey, List<MetricSample>> known = hours.get(hour);
            if (known != null) {
                return known;
            }
        }
        var read = archive.read(hour);
        Map<MetricKey, List<MetricSample>> byMetric = new LinkedHashMap<>();
        read.ifPresent(minutes -> minutes.forEach(each ->
                byMetric.computeIfAbsent(each.metric(), _ -> new ArrayList<>()).add(each)));
        // An hour that is not archived yet may be later.
        if (read.isPresent()) {
            synchronized (hours) {
                hours.put(hour, byMetric);
                while (hours.size() > HOURS_REMEMBERED) {
                    hours.pollFirstEntry();
                }
            }
        }
        return byMetric;
    }
}

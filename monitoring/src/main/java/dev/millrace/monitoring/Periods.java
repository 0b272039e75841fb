package dev.millrace.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/// Adds statistic sets up per period. Used by one thread.
final class Periods {
    private final Instant begin;
    private final Instant end;
    private final long seconds;
    private final TreeMap<Long, Accumulator> periods = new TreeMap<>();

    /// The periods that touch `[from, to)`.
    Periods(Instant from, Instant to, Duration period) {
        this.seconds = period.toSeconds();
        this.begin = Instant.ofEpochSecond(Math.floorDiv(from.getEpochSecond(), seconds) * seconds);
        this.end = Instant.ofEpochSecond((Math.floorDiv(to.minusNanos(1).getEpochSecond(), seconds) + 1) * seconds);
    }

    Instant begin() {
        return begin;
    }

    Instant end() {
        return end;
    }

    /// Adds what is known of the slot that begins then; it may be any part of a period, but not cross
    /// one.
    void add(Instant at, StatisticSet values) {
        if (!at.isBefore(begin) && at.isBefore(end)) {
            periods.computeIfAbsent(Math.floorDiv(at.getEpochSecond(), seconds) * seconds, _ -> new Accumulator())
                    .add(values);
        }
    }

    List<Datapoint> datapoints() {
        return periods.entrySet().stream()
                .map(entry -> new Datapoint(
                        Instant.ofEpochSecond(entry.getKey()), entry.getValue().total()))
                .toList();
    }
}

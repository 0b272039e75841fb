package dev.millrace.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads metrics. Thread-safe.
public interface MetricReader {
    /// What is known of a metric, for each period of `[from, to)` that has values; oldest first. Periods begin at
    /// multiples of their length since the epoch; one that lies in the interval only in part is answered whole.
    ///
    /// Reads the last three hours from memory; blocks for what is older.
    ///
    /// @param unit of the values, or null for all
    /// @param period a multiple of ten seconds
    List<Datapoint> datapoints(MetricKey key, @Nullable Unit unit, Instant from, Instant to, Duration period);
}

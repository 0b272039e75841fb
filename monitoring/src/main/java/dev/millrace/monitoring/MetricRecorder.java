package dev.millrace.monitoring;

/// Takes values of metrics as they occur. Never blocks and never fails: what cannot be kept is counted and
/// dropped. Thread-safe.
public interface MetricRecorder {
    /// Keeps nothing.
    MetricRecorder NONE = (_, _, _) -> {};

    /// What was observed now.
    void record(MetricKey key, Unit unit, StatisticSet values);

    /// One value that was observed now.
    default void record(MetricKey key, Unit unit, double value) {
        record(key, unit, StatisticSet.of(value));
    }
}

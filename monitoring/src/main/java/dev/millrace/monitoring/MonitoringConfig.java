package dev.millrace.monitoring;

import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.time.Duration;

/// The settings of metrics.
///
/// @param maxSeries metrics (with their dimensions and unit) that a process remembers at most
/// @param retention how long metrics are kept
public record MonitoringConfig(int maxSeries, Duration retention) {
    public static final MonitoringConfig DEFAULT = new MonitoringConfig(5_000, Duration.ofDays(15));

    public MonitoringConfig {
        if (maxSeries < 1) {
            throw new IllegalArgumentException("monitoring.max-series: " + maxSeries + " (expected: >= 1)");
        }
        if (retention.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("monitoring.retention: " + retention + " (expected: at least a day)");
        }
    }

    public static MonitoringConfig from(Settings settings) {
        return new MonitoringConfig(
                maxSeries(settings), settings.get("monitoring.retention", DEFAULT.retention, SettingValues::duration));
    }

    /// Alone, for a process that records and does not read.
    public static int maxSeries(Settings settings) {
        return settings.get("monitoring.max-series", DEFAULT.maxSeries, SettingValues::positive);
    }
}

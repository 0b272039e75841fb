package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.StatisticSet;
import dev.millrace.monitoring.Unit;
import dev.millrace.monitoring.math.MetricQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/// The values behind alarms that went off.
record MetricValues(MetricReader reader) {
    /// A value may come that many periods late and is still the last one.
    private static final long LATE = 2;

    /// The value of the last whole period that has one, within what the alarm looks at.
    OptionalDouble last(AlarmDefinition alarm, String statistic, Instant now) {
        List<Double> all = values(alarm, statistic, alarm.evaluationPeriods() + LATE, now);
        return all.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(all.getLast());
    }

    /// The largest value within what the alarm looks at.
    OptionalDouble largest(AlarmDefinition alarm, String statistic, Instant now) {
        return values(alarm, statistic, alarm.evaluationPeriods(), now).stream()
                .mapToDouble(Double::doubleValue)
                .max();
    }

    /// Oldest first; periods without a value are left out.
    private List<Double> values(AlarmDefinition alarm, String statistic, long periods, Instant now) {
        Duration period = alarm.period();
        Instant end =
                Instant.ofEpochSecond(now.getEpochSecond() - Math.floorMod(now.getEpochSecond(), period.toSeconds()));
        Instant begin = end.minus(period.multipliedBy(periods));
        AlarmDefinition.Metric metric = alarm.metric();
        if (metric == null) {
            return MetricQueries.read(alarm.metrics(), reader, begin, end).stream()
                    .findFirst()
                    .map(result -> List.copyOf(result.points().values()))
                    .orElse(List.of());
        }
        return reader
                .datapoints(
                        new MetricKey(metric.namespace(), metric.name(), metric.dimensions()),
                        metric.unit() == null
                                ? null
                                : Unit.ofLabel(metric.unit()).orElse(null),
                        begin,
                        end,
                        period)
                .stream()
                .map(each -> value(each.values(), statistic))
                .toList();
    }

    private static double value(StatisticSet values, String statistic) {
        return switch (statistic) {
            case "Sum" -> values.sum();
            case "Minimum" -> values.minimum();
            case "Maximum" -> values.maximum();
            case "SampleCount" -> values.sampleCount();
            // Percentiles belong to alarms of users; a step policy names one of the others.
            default -> values.average();
        };
    }
}

package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.monitoring.Datapoint;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.StatisticSet;
import dev.millrace.monitoring.Unit;
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
        List<Datapoint> all = datapoints(alarm, alarm.evaluationPeriods() + LATE, now);
        return all.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(value(all.getLast().values(), statistic));
    }

    /// The largest value within what the alarm looks at.
    OptionalDouble largest(AlarmDefinition alarm, String statistic, Instant now) {
        return datapoints(alarm, alarm.evaluationPeriods(), now).stream()
                .mapToDouble(each -> value(each.values(), statistic))
                .max();
    }

    private List<Datapoint> datapoints(AlarmDefinition alarm, long periods, Instant now) {
        AlarmDefinition.Metric metric = alarm.metric();
        if (metric == null) {
            return List.of();
        }
        Duration period = alarm.period();
        Instant end =
                Instant.ofEpochSecond(now.getEpochSecond() - Math.floorMod(now.getEpochSecond(), period.toSeconds()));
        return reader.datapoints(
                new MetricKey(metric.namespace(), metric.name(), metric.dimensions()),
                metric.unit() == null ? null : Unit.ofLabel(metric.unit()).orElse(null),
                end.minus(period.multipliedBy(periods)),
                end,
                period);
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

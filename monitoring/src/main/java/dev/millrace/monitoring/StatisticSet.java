package dev.millrace.monitoring;

import java.util.Collection;

/// What is known of the values of a metric in some time.
///
/// @param sampleCount greater than 0
/// @param distribution of the values; [Distribution#NONE] where only the sums are known
public record StatisticSet(double sampleCount, double sum, double minimum, double maximum, Distribution distribution) {
    /// One value.
    public static StatisticSet of(double value) {
        return of(value, 1);
    }

    /// The same value several times.
    public static StatisticSet of(double value, double count) {
        return new StatisticSet(count, value * count, value, value, Distribution.of(value, count));
    }

    /// @param parts at least one
    public static StatisticSet merge(Collection<StatisticSet> parts) {
        boolean isKnown =
                parts.stream().allMatch(part -> !part.distribution.buckets().isEmpty());
        return new StatisticSet(
                parts.stream().mapToDouble(StatisticSet::sampleCount).sum(),
                parts.stream().mapToDouble(StatisticSet::sum).sum(),
                parts.stream().mapToDouble(StatisticSet::minimum).min().orElseThrow(),
                parts.stream().mapToDouble(StatisticSet::maximum).max().orElseThrow(),
                isKnown
                        ? Distribution.merge(
                                parts.stream().map(StatisticSet::distribution).toList())
                        : Distribution.NONE);
    }

    public double average() {
        return sum / sampleCount;
    }
}

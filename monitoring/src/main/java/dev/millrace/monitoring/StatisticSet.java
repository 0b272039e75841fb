package dev.millrace.monitoring;

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

    /// Values of which only the sums are known.
    public static StatisticSet ofSums(double sampleCount, double sum, double minimum, double maximum) {
        return new StatisticSet(sampleCount, sum, minimum, maximum, Distribution.NONE);
    }

    /// Both together.
    public StatisticSet plus(StatisticSet other) {
        var both = new Accumulator();
        both.add(this);
        both.add(other);
        return both.total();
    }

    public double average() {
        return sum / sampleCount;
    }
}

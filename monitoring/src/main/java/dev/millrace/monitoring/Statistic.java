package dev.millrace.monitoring;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which number is made of the values of a period.
///
/// @param name as CloudWatch writes it
/// @param percent of a percentile; meaningless for the others
public record Statistic(String name, double percent) {
    private static final Pattern PERCENTILE = Pattern.compile("p(100|[0-9]{1,2}(\\.[0-9]{1,10})?)");

    public static final Statistic AVERAGE = new Statistic("Average", 0);
    public static final Statistic SUM = new Statistic("Sum", 0);

    /// The statistic of that name, or empty when it is none that is known here: the five simple ones,
    /// and percentiles as `p99` or `p99.9`.
    public static Optional<Statistic> of(String name) {
        if (isSimple(name)) {
            return Optional.of(new Statistic(name, 0));
        }
        Matcher percentile = PERCENTILE.matcher(name);
        return percentile.matches()
                ? Optional.of(new Statistic(name, Double.parseDouble(percentile.group(1))))
                : Optional.empty();
    }

    /// Whether it is one of the five that need no distribution.
    public static boolean isSimple(String name) {
        return switch (name) {
            case "SampleCount", "Average", "Sum", "Minimum", "Maximum" -> true;
            default -> false;
        };
    }

    /// The number, or empty where it cannot be known: a percentile of values of which only the sums
    /// were given.
    public OptionalDouble of(StatisticSet values) {
        return switch (name) {
            case "SampleCount" -> OptionalDouble.of(values.sampleCount());
            case "Average" -> OptionalDouble.of(values.average());
            case "Sum" -> OptionalDouble.of(values.sum());
            case "Minimum" -> OptionalDouble.of(values.minimum());
            case "Maximum" -> OptionalDouble.of(values.maximum());
            default -> percentile(values);
        };
    }

    private OptionalDouble percentile(StatisticSet values) {
        if (percent == 100 || values.minimum() == values.maximum()) {
            return OptionalDouble.of(values.maximum());
        }
        if (values.distribution().buckets().isEmpty()) {
            return OptionalDouble.empty();
        }
        double read = values.distribution().percentile(percent);
        return OptionalDouble.of(Math.clamp(read, values.minimum(), values.maximum()));
    }
}

package dev.millrace.monitoring;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How often values of which size occurred, in buckets whose bounds grow by a tenth: a percentile read
/// from it is within 5 % of the true one.
///
/// @param buckets counts by bucket number. Numbers grow with the values: 0 holds values that are zero
///     or nearer to it than 1e-9, the others begin at ±1
public record Distribution(SortedMap<Integer, Double> buckets) {
    public static final Distribution NONE = new Distribution(Collections.emptySortedMap());
    private static final double LOG_GROWTH = Math.log(1.1);
    private static final double SMALLEST = 1e-9;

    public Distribution {
        buckets = Collections.unmodifiableSortedMap(new TreeMap<>(buckets));
    }

    /// @param count how often the value occurred
    public static Distribution of(double value, double count) {
        return new Distribution(new TreeMap<>(Map.of(bucket(value), count)));
    }

    /// How many values there are.
    public double count() {
        return buckets.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /// The value below which that share of all values is; the middle of its bucket.
    ///
    /// @param percent 0 to 100
    public double percentile(double percent) {
        double wanted = count() * percent / 100;
        double seen = 0;
        for (Map.Entry<Integer, Double> bucket : buckets.entrySet()) {
            seen += bucket.getValue();
            if (seen >= wanted) {
                return middle(bucket.getKey());
            }
        }
        return buckets.isEmpty() ? Double.NaN : middle(buckets.lastKey());
    }

    private static int bucket(double value) {
        double size = Math.abs(value);
        if (size < SMALLEST) {
            return 0;
        }
        int number = 1 + (int) Math.floor(Math.log(size / SMALLEST) / LOG_GROWTH);
        return value < 0 ? -number : number;
    }

    private static double middle(int bucket) {
        if (bucket == 0) {
            return 0;
        }
        double size = SMALLEST * Math.exp((Math.abs(bucket) - 0.5) * LOG_GROWTH);
        return bucket < 0 ? -size : size;
    }
}

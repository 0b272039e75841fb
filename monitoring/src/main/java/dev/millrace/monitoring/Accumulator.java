package dev.millrace.monitoring;

import java.util.TreeMap;

/// Adds statistic sets up. Used under its owner's lock.
final class Accumulator {
    private double sampleCount;
    private double sum;
    private double minimum = Double.POSITIVE_INFINITY;
    private double maximum = Double.NEGATIVE_INFINITY;
    private final TreeMap<Integer, Double> buckets = new TreeMap<>();
    private boolean isDistributionKnown = true;

    void add(StatisticSet values) {
        sampleCount += values.sampleCount();
        sum += values.sum();
        minimum = Math.min(minimum, values.minimum());
        maximum = Math.max(maximum, values.maximum());
        var more = values.distribution().buckets();
        isDistributionKnown &= !more.isEmpty();
        more.forEach((bucket, count) -> buckets.merge(bucket, count, Double::sum));
    }

    boolean isEmpty() {
        return sampleCount == 0;
    }

    StatisticSet total() {
        return new StatisticSet(
                sampleCount,
                sum,
                minimum,
                maximum,
                isDistributionKnown ? new Distribution(buckets) : Distribution.NONE);
    }
}

package dev.millrace.monitoring.math;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/// What an expression comes to.
sealed interface Value {
    record Scalar(double value) implements Value {}

    /// @param label for people
    /// @param points by the begin of their period; periods without a value are left out
    record TimeSeries(String label, int periodSeconds, SortedMap<Instant, Double> points) implements Value {
        public TimeSeries {
            points = Collections.unmodifiableSortedMap(points);
        }

        TimeSeries map(DoubleUnaryOperator each) {
            var mapped = new TreeMap<Instant, Double>();
            points.forEach((at, value) -> put(mapped, at, each.applyAsDouble(value)));
            return new TimeSeries(label, periodSeconds, mapped);
        }
    }

    record Many(List<TimeSeries> series) implements Value {
        public Many {
            series = List.copyOf(series);
        }
    }

    /// What is not a finite number is no point.
    static void put(SortedMap<Instant, Double> points, Instant at, double value) {
        if (Double.isFinite(value)) {
            points.put(at, value);
        }
    }

    /// The series that a value consists of; a scalar has none.
    static List<TimeSeries> seriesOf(Value value) {
        return switch (value) {
            case Scalar _ -> List.of();
            case TimeSeries series -> List.of(series);
            case Many(List<TimeSeries> all) -> new ArrayList<>(all);
        };
    }
}

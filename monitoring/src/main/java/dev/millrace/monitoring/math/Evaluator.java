package dev.millrace.monitoring.math;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.math.Expression.Operator;
import dev.millrace.monitoring.math.Value.Many;
import dev.millrace.monitoring.math.Value.Scalar;
import dev.millrace.monitoring.math.Value.TimeSeries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Computes expressions over one interval of time. Used by one thread.
final class Evaluator {
    private final Instant from;
    private final Instant to;
    private final Function<String, Value> references;
    private final List<Map.Entry<String, TimeSeries>> metrics;

    /// @param references the values of other queries by id; fails for one that there is not
    /// @param metrics the queries that are metrics and not expressions, by id
    Evaluator(
            Instant from, Instant to, Function<String, Value> references, List<Map.Entry<String, TimeSeries>> metrics) {
        this.from = from;
        this.to = to;
        this.references = references;
        this.metrics = metrics;
    }

    Value evaluate(Expression expression) {
        return switch (expression) {
            case Expression.Literal(double value) -> new Scalar(value);
            case Expression.Text _ -> throw wrong("a text is not a value");
            case Expression.Reference(String id) -> references.apply(id);
            case Expression.Listed(List<Expression> items) ->
                new Many(items.stream()
                        .flatMap(item -> Value.seriesOf(evaluate(item)).stream())
                        .toList());
            case Expression.Negated(Expression operand) -> combined(new Scalar(0), evaluate(operand), (a, b) -> a - b);
            case Expression.Combined(Operator operator, Expression left, Expression right) ->
                combined(evaluate(left), evaluate(right), operator::apply);
            case Expression.Call(Expression.Function function, List<Expression> arguments) ->
                called(function, arguments);
        };
    }

    private Value called(Expression.Function function, List<Expression> arguments) {
        return switch (function) {
            case SUM -> folded(evaluate(arguments.getFirst()), DoubleSummaryStatistics::getSum);
            case AVG -> folded(evaluate(arguments.getFirst()), DoubleSummaryStatistics::getAverage);
            case MIN -> folded(evaluate(arguments.getFirst()), DoubleSummaryStatistics::getMin);
            case MAX -> folded(evaluate(arguments.getFirst()), DoubleSummaryStatistics::getMax);
            case METRICS -> metrics(arguments);
            case PERIOD -> new Scalar(one(evaluate(arguments.getFirst())).periodSeconds());
            case RATE -> each(evaluate(arguments.getFirst()), Evaluator::rate);
            case FILL -> filled(evaluate(arguments.getFirst()), arguments.get(1));
            case IF -> chosen(arguments);
        };
    }

    private Value metrics(List<Expression> arguments) {
        String part = switch (arguments.isEmpty() ? new Expression.Text("") : arguments.getFirst()) {
            case Expression.Text(String text) -> text;
            case Expression.Literal _,
                    Expression.Reference _,
                    Expression.Listed _,
                    Expression.Negated _,
                    Expression.Combined _,
                    Expression.Call _ -> throw wrong("METRICS takes a text");
        };
        return new Many(metrics.stream()
                .filter(entry -> entry.getKey().contains(part))
                .map(Map.Entry::getValue)
                .toList());
    }

    /// Of one series a number; of several a series of what they are together at each time.
    private static Value folded(Value value, ToDoubleFunction<DoubleSummaryStatistics> fold) {
        return switch (value) {
            case Scalar scalar -> scalar;
            case TimeSeries series -> {
                var all = new DoubleSummaryStatistics();
                series.points().values().forEach(all::accept);
                yield new Scalar(all.getCount() == 0 ? Double.NaN : fold.applyAsDouble(all));
            }
            case Many(List<TimeSeries> many) -> {
                var byTime = new TreeMap<Instant, DoubleSummaryStatistics>();
                for (TimeSeries series : many) {
                    series.points()
                            .forEach((at, each) -> byTime.computeIfAbsent(at, _ -> new DoubleSummaryStatistics())
                                    .accept(each));
                }
                var points = new TreeMap<Instant, Double>();
                byTime.forEach((at, all) -> Value.put(points, at, fold.applyAsDouble(all)));
                yield new TimeSeries("", period(many), points);
            }
        };
    }

    private static TimeSeries rate(TimeSeries series) {
        var rates = new TreeMap<Instant, Double>();
        Instant before = null;
        double last = 0;
        for (Map.Entry<Instant, Double> point : series.points().entrySet()) {
            if (before != null) {
                double seconds = point.getKey().getEpochSecond() - before.getEpochSecond();
                Value.put(rates, point.getKey(), (point.getValue() - last) / seconds);
            }
            before = point.getKey();
            last = point.getValue();
        }
        return new TimeSeries(series.label(), series.periodSeconds(), rates);
    }

    private Value filled(Value value, Expression with) {
        boolean isRepeat = with.equals(new Expression.Reference("REPEAT"));
        if (with.equals(new Expression.Reference("LINEAR"))) {
            throw wrong("FILL with LINEAR is not supported here");
        }
        if (isRepeat) {
            return each(value, series -> fill(series, null));
        }
        return switch (evaluate(with)) {
            case Scalar scalar -> each(value, series -> fill(series, scalar));
            case TimeSeries _, Many _ -> throw wrong("FILL takes a number or REPEAT");
        };
    }

    /// @param with null to repeat what was last
    private TimeSeries fill(TimeSeries series, @Nullable Scalar with) {
        var points = new TreeMap<>(series.points());
        int period = series.periodSeconds();
        Double last = null;
        long begin = Math.floorDiv(from.getEpochSecond(), period) * (long) period;
        for (long at = begin; at < to.getEpochSecond(); at += period) {
            Instant time = Instant.ofEpochSecond(at);
            Double known = points.get(time);
            if (known == null && (with != null || last != null)) {
                Value.put(points, time, with != null ? with.value() : Objects.requireNonNull(last));
            }
            last = known == null ? last : known;
        }
        return new TimeSeries(series.label(), period, points);
    }

    private Value chosen(List<Expression> arguments) {
        Value condition = evaluate(arguments.getFirst());
        Value then = evaluate(arguments.get(1));
        Value otherwise = arguments.size() == 3 ? evaluate(arguments.get(2)) : new Scalar(Double.NaN);
        return switch (condition) {
            case Scalar(double holds) -> holds != 0 ? then : otherwise;
            case TimeSeries series -> {
                var points = new TreeMap<Instant, Double>();
                series.points().forEach((at, holds) -> Value.put(points, at, at(holds != 0 ? then : otherwise, at)));
                yield new TimeSeries(series.label(), series.periodSeconds(), points);
            }
            case Many _ -> throw wrong("IF takes one condition");
        };
    }

    private static double at(Value value, Instant time) {
        return switch (value) {
            case Scalar(double number) -> number;
            case TimeSeries series -> series.points().getOrDefault(time, Double.NaN);
            case Many _ -> throw wrong("IF takes one value");
        };
    }

    /// Combines what has a value at the same time.
    private static Value combined(Value left, Value right, DoubleBinaryOperator operator) {
        return switch (left) {
            case Scalar(double a) ->
                switch (right) {
                    case Scalar(double b) -> new Scalar(operator.applyAsDouble(a, b));
                    case TimeSeries _, Many _ -> each(right, series -> series.map(b -> operator.applyAsDouble(a, b)));
                };
            case TimeSeries series ->
                switch (right) {
                    case Scalar(double b) -> series.map(a -> operator.applyAsDouble(a, b));
                    case TimeSeries other -> joined(series, other, operator);
                    case Many _ -> each(right, other -> joined(series, other, operator));
                };
            case Many(List<TimeSeries> all) ->
                switch (right) {
                    case Scalar _, TimeSeries _ ->
                        new Many(all.stream()
                                .flatMap(series -> Value.seriesOf(combined(series, right, operator)).stream())
                                .toList());
                    case Many _ -> throw wrong("two lists of series cannot be combined");
                };
        };
    }

    private static TimeSeries joined(TimeSeries left, TimeSeries right, DoubleBinaryOperator operator) {
        var points = new TreeMap<Instant, Double>();
        left.points().forEach((at, a) -> {
            Double b = right.points().get(at);
            if (b != null) {
                Value.put(points, at, operator.applyAsDouble(a, b));
            }
        });
        return new TimeSeries("", Math.max(left.periodSeconds(), right.periodSeconds()), points);
    }

    private static Value each(Value value, Function<TimeSeries, TimeSeries> change) {
        return switch (value) {
            case Scalar _ -> throw wrong("a series is expected, not a number");
            case TimeSeries series -> change.apply(series);
            case Many(List<TimeSeries> all) -> {
                var changed = new ArrayList<TimeSeries>();
                all.forEach(series -> changed.add(change.apply(series)));
                yield new Many(changed);
            }
        };
    }

    private static TimeSeries one(Value value) {
        return switch (value) {
            case TimeSeries series -> series;
            case Scalar _, Many _ -> throw wrong("one series is expected");
        };
    }

    private static int period(List<TimeSeries> many) {
        return many.stream().mapToInt(TimeSeries::periodSeconds).max().orElse(60);
    }

    private static PlatformException wrong(String problem) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Error in expression: " + problem);
    }
}

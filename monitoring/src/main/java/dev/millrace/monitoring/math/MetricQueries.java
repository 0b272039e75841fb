package dev.millrace.monitoring.math;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.Datapoint;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.Statistic;
import dev.millrace.monitoring.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A list of `MetricDataQuery` over one interval of time: metrics, and expressions that refer to them
/// and to each other. Used by one thread.
public final class MetricQueries {
    private static final int DEFAULT_PERIOD = 60;

    /// One series that a query comes to.
    ///
    /// @param points by the begin of their period; periods without a value are left out
    public record Result(String id, String label, SortedMap<Instant, Double> points) {}

    private record Query(
            String id,
            @Nullable JsonNode metric,
            @Nullable Expression expression,
            @Nullable String label,
            boolean isReturned,
            int period) {}

    private final Map<String, Query> queries = new LinkedHashMap<>();
    private final Map<String, Value> values = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private final MetricReader reader;
    private final Instant from;
    private final Instant to;

    private MetricQueries(MetricReader reader, Instant from, Instant to) {
        this.reader = reader;
        this.from = from;
        this.to = to;
    }

    /// Reads every query that is to be returned, in their order. Blocks as the reader does.
    ///
    /// @param list of `MetricDataQuery`, its members checked
    /// @throws PlatformException `VALIDATION_ERROR` when an expression is wrong or goes in a circle
    public static List<Result> read(JsonNode list, MetricReader reader, Instant from, Instant to) {
        var queries = parse(list, reader, from, to);
        var results = new ArrayList<Result>();
        for (Query query : queries.queries.values()) {
            if (query.isReturned()) {
                results.addAll(queries.results(query));
            }
        }
        return results;
    }

    /// Checks the list as [#read] does, as far as that can be done without values.
    public static void check(JsonNode list) {
        MetricReader nothing = (_, _, _, _, _) -> List.of();
        var _ = read(list, nothing, Instant.EPOCH, Instant.EPOCH.plusSeconds(DEFAULT_PERIOD));
    }

    private static MetricQueries parse(JsonNode list, MetricReader reader, Instant from, Instant to) {
        var queries = new MetricQueries(reader, from, to);
        for (JsonNode each : list) {
            String id = each.path("Id").asString("");
            JsonNode metric = each.get("MetricStat");
            JsonNode expression = each.get("Expression");
            if ((metric == null) == (expression == null)) {
                throw wrong(id, "exactly one of MetricStat and Expression must be given");
            }
            var query = new Query(
                    id,
                    metric,
                    expression == null ? null : ExpressionParser.parse(expression.asString("")),
                    each.path("Label").asStringOpt().orElse(null),
                    each.path("ReturnData").asBoolean(true),
                    each.path("Period").asInt(DEFAULT_PERIOD));
            if (queries.queries.put(id, query) != null) {
                throw wrong(id, "the id is used twice");
            }
        }
        return queries;
    }

    private List<Result> results(Query query) {
        return switch (value(query.id())) {
            case Value.Scalar _ -> throw wrong(query.id(), "the expression comes to a number, not to a time series");
            case Value.TimeSeries series -> List.of(result(query, series));
            case Value.Many(List<Value.TimeSeries> all) ->
                all.stream().map(series -> result(query, series)).toList();
        };
    }

    private static Result result(Query query, Value.TimeSeries series) {
        String label = query.label() != null ? query.label() : series.label().isEmpty() ? query.id() : series.label();
        return new Result(query.id(), label, series.points());
    }

    private Value value(String id) {
        Value known = values.get(id);
        if (known != null) {
            return known;
        }
        Query query = queries.get(id);
        if (query == null) {
            throw wrong(id, "there is no query of that id");
        }
        if (!underWay.add(id)) {
            throw wrong(id, "the expression refers to itself");
        }
        JsonNode metric = query.metric();
        Expression expression = query.expression();
        Value value = metric != null
                ? metric(metric)
                : new Evaluator(from, to, this::value, metrics()).evaluate(Objects.requireNonNull(expression));
        underWay.remove(id);
        values.put(id, value);
        return value;
    }

    private List<Map.Entry<String, Value.TimeSeries>> metrics() {
        var metrics = new ArrayList<Map.Entry<String, Value.TimeSeries>>();
        queries.values().stream().filter(query -> query.metric() != null).forEach(query -> {
            if (value(query.id()) instanceof Value.TimeSeries series) {
                metrics.add(Map.entry(query.id(), series));
            }
        });
        return metrics;
    }

    private Value.TimeSeries metric(JsonNode metricStat) {
        JsonNode metric = metricStat.path("Metric");
        int period = metricStat.path("Period").asInt(DEFAULT_PERIOD);
        String name = metric.path("MetricName").asString("");
        Statistic statistic = statistic(metricStat.path("Stat").asString(""));
        List<Datapoint> datapoints = reader.datapoints(
                MetricKey.of(
                        metric.path("Namespace").asString(""),
                        name,
                        AlarmDefinition.dimensions(metric.path("Dimensions"))),
                Unit.ofLabel(metricStat.path("Unit").asString("")).orElse(null),
                from,
                to,
                Duration.ofSeconds(period));
        var points = new TreeMap<Instant, Double>();
        datapoints.forEach(each -> statistic.of(each.values()).ifPresent(value -> Value.put(points, each.at(), value)));
        return new Value.TimeSeries(name, period, points);
    }

    /// @throws PlatformException `INVALID_PARAMETER` when it is none that is supported here
    public static Statistic statistic(String name) {
        return Statistic.of(name)
                .orElseThrow(() -> new PlatformException(
                        ErrorCode.INVALID_PARAMETER,
                        "The statistic " + name
                                + " is not supported here: SampleCount, Average, Sum, Minimum, Maximum or a percentile"
                                + " such as p99 is expected."));
    }

    private static PlatformException wrong(String id, String problem) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Query " + id + ": " + problem + ".");
    }
}

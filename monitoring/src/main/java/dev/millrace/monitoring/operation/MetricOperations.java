package dev.millrace.monitoring.operation;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.Datapoint;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.MetricSample;
import dev.millrace.monitoring.RecentMetrics;
import dev.millrace.monitoring.Statistic;
import dev.millrace.monitoring.Unit;
import dev.millrace.monitoring.math.MetricQueries;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Metrics are read.
final class MetricOperations {
    private static final int MAX_STATISTICS = 1_440;
    private static final int MAX_DATAPOINTS = 100_800;
    private static final int PAGE = 500;
    private static final Duration RECENTLY = Duration.ofHours(3);

    private final MetricReader reader;
    private final RecentMetrics recent;
    private final InstantSource clock;

    /// @param recent knows which metrics there are
    MetricOperations(MetricReader reader, RecentMetrics recent, InstantSource clock) {
        this.reader = reader;
        this.recent = recent;
        this.clock = clock;
    }

    List<Operation> all() {
        return List.of(
                new Operation("GetMetricStatistics", MetricShapes.GET_METRIC_STATISTICS, this::statistics),
                new Operation("GetMetricData", MetricShapes.GET_METRIC_DATA, this::data),
                new Operation("ListMetrics", MetricShapes.LIST_METRICS, this::list));
    }

    private ObjectNode statistics(ObjectNode request) {
        Instant from = time(request, "StartTime");
        Instant to = time(request, "EndTime");
        requireOrder(from, to);
        Duration period = Duration.ofSeconds(request.path("Period").asLong(60));
        long points = Duration.between(from, to).dividedBy(period);
        if (points > MAX_STATISTICS) {
            throw new PlatformException(
                    ErrorCode.INVALID_PARAMETER_COMBINATION,
                    "You have requested up to " + points + " datapoints, which exceeds the limit of " + MAX_STATISTICS
                            + ". You may reduce the datapoints requested by increasing Period, or decreasing the time"
                            + " range.");
        }
        if (request.has("Statistics") == request.has("ExtendedStatistics")) {
            throw new PlatformException(
                    request.has("Statistics") ? ErrorCode.INVALID_PARAMETER_COMBINATION : ErrorCode.MISSING_PARAMETER,
                    "Exactly one of Statistics and ExtendedStatistics must be given.");
        }
        var key = new MetricKey(
                request.path("Namespace").asString(""),
                request.path("MetricName").asString(""),
                AlarmDefinition.dimensions(request.path("Dimensions")));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("Label", key.name());
        ArrayNode datapoints = answer.putArray("Datapoints");
        for (Unit unit : Unit.values()) {
            if (!request.has("Unit") || unit.label().equals(request.path("Unit").asString(""))) {
                reader.datapoints(key, unit, from, to, period)
                        .forEach(point -> datapoints.add(datapoint(point, unit, request)));
            }
        }
        return answer;
    }

    private static ObjectNode datapoint(Datapoint point, Unit unit, ObjectNode request) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.set("Timestamp", ControlPlaneJson.time(point.at()));
        for (JsonNode name : request.path("Statistics")) {
            put(shown, name.asString(""), point);
        }
        if (request.has("ExtendedStatistics")) {
            ObjectNode extended = shown.putObject("ExtendedStatistics");
            for (JsonNode name : request.path("ExtendedStatistics")) {
                put(extended, name.asString(""), point);
            }
        }
        return shown.put("Unit", unit.label());
    }

    private static void put(ObjectNode into, String name, Datapoint point) {
        Statistic statistic = MetricQueries.statistic(name);
        statistic.of(point.values()).ifPresent(value -> into.put(name, value));
    }

    private ObjectNode data(ObjectNode request) {
        Instant from = time(request, "StartTime");
        Instant to = time(request, "EndTime");
        requireOrder(from, to);
        JsonNode queries = request.path("MetricDataQueries");
        requireFew(queries, Duration.between(from, to));
        boolean isAscending = request.path("ScanBy").asString("").equals("TimestampAscending");
        int skipped = offset(request);
        int left = request.path("MaxDatapoints").asInt(MAX_DATAPOINTS);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode results = answer.putArray("MetricDataResults");
        int seen = 0;
        boolean isCut = false;
        for (MetricQueries.Result result : MetricQueries.read(queries, reader, from, to)) {
            List<Map.Entry<Instant, Double>> points =
                    new ArrayList<>(result.points().entrySet());
            List<Map.Entry<Instant, Double>> ordered = isAscending ? points : points.reversed();
            int first = Math.clamp((long) skipped - seen, 0, points.size());
            int last = Math.min(first + left, points.size());
            seen += points.size();
            left -= last - first;
            isCut |= last < points.size();
            results.add(result(result, ordered.subList(first, last), last < points.size()));
        }
        answer.putArray("Messages");
        if (isCut) {
            int shown = request.path("MaxDatapoints").asInt(MAX_DATAPOINTS);
            answer.put("NextToken", Pages.token(Integer.toString(skipped + shown)));
        }
        return answer;
    }

    private static ObjectNode result(
            MetricQueries.Result result, List<Map.Entry<Instant, Double>> points, boolean isPartial) {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("Id", result.id()).put("Label", result.label());
        ArrayNode timestamps = shown.putArray("Timestamps");
        ArrayNode values = shown.putArray("Values");
        points.forEach(point -> {
            timestamps.add(ControlPlaneJson.time(point.getKey()));
            values.add(point.getValue());
        });
        return shown.put("StatusCode", isPartial ? "PartialData" : "Complete");
    }

    /// How many points earlier pages have shown.
    private static int offset(ObjectNode request) {
        if (!request.has("NextToken")) {
            return 0;
        }
        try {
            return Integer.parseUnsignedInt(Pages.text(request.path("NextToken").asString("")));
        } catch (NumberFormatException e) {
            throw Pages.invalid(e);
        }
    }

    private static void requireFew(JsonNode queries, Duration length) {
        long points = 0;
        for (JsonNode query : queries) {
            Duration period =
                    Duration.ofSeconds(query.path("MetricStat").path("Period").asLong(60));
            points += length.dividedBy(period);
        }
        if (points > 5L * MAX_DATAPOINTS) {
            throw new PlatformException(
                    ErrorCode.INVALID_PARAMETER_COMBINATION,
                    "The queries cover " + points + " periods, more than " + 5 * MAX_DATAPOINTS + ".");
        }
    }

    private ObjectNode list(ObjectNode request) {
        Instant since = request.has("RecentlyActive") ? clock.instant().minus(RECENTLY) : Instant.EPOCH;
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode metrics = answer.putArray("Metrics");
        Pages.cut(
                recent.metricsSince(MetricSample.slotOf(since)).stream()
                        .filter(key -> matches(key, request))
                        .sorted(Comparator.comparing(MetricOperations::sortKey))
                        .toList(),
                MetricOperations::sortKey,
                PAGE,
                request,
                answer,
                key -> {
                    ObjectNode shown = metrics.addObject();
                    shown.put("Namespace", key.namespace()).put("MetricName", key.name());
                    ArrayNode dimensions = shown.putArray("Dimensions");
                    key.dimensions()
                            .forEach((name, value) ->
                                    dimensions.addObject().put("Name", name).put("Value", value));
                });
        return answer;
    }

    private static boolean matches(MetricKey key, ObjectNode request) {
        if (!key.namespace().equals(request.path("Namespace").asString(key.namespace()))
                || !key.name().equals(request.path("MetricName").asString(key.name()))) {
            return false;
        }
        for (JsonNode filter : request.path("Dimensions")) {
            String value = key.dimensions().get(filter.path("Name").asString(""));
            if (value == null || !value.equals(filter.path("Value").asString(value))) {
                return false;
            }
        }
        return true;
    }

    private static String sortKey(MetricKey key) {
        return key.namespace() + "\n" + key.name() + "\n" + key.dimensions();
    }

    private static Instant time(ObjectNode request, String member) {
        return Instant.ofEpochMilli((long) (request.path(member).asDouble(0) * 1000));
    }

    private static void requireOrder(Instant from, Instant to) {
        if (!from.isBefore(to)) {
            throw new PlatformException(
                    ErrorCode.INVALID_PARAMETER, "The parameter StartTime must be less than the parameter EndTime.");
        }
    }
}

package dev.millrace.monitoring.operation;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.MetricArchiver;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricPublisher;
import dev.millrace.monitoring.MetricSample;
import dev.millrace.monitoring.RecentMetrics;
import dev.millrace.monitoring.StatisticSet;
import dev.millrace.monitoring.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Values that users send; acknowledged when everyone will see them.
final class PutMetricData {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// CloudWatch's bounds of a value.
    private static final double LARGEST = Math.scalb(1.0, 360);

    private final MetricPublisher publisher;
    private final InstantSource clock;

    PutMetricData(MetricPublisher publisher, InstantSource clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    Operation operation() {
        return new Operation("PutMetricData", MetricShapes.PUT_METRIC_DATA, this::put);
    }

    private ObjectNode put(ObjectNode request) {
        String namespace = request.path("Namespace").asString("");
        if (namespace.startsWith("AWS/") || namespace.startsWith("/aws/")) {
            throw new PlatformException(
                    ErrorCode.INVALID_PARAMETER,
                    "The value " + namespace
                            + " for parameter Namespace is invalid: such names are kept for services.");
        }
        Instant now = clock.instant();
        var samples = new ArrayList<MetricSample>();
        for (JsonNode datum : request.path("MetricData")) {
            sample(namespace, datum, now).ifPresent(samples::add);
        }
        publish(samples);
        return JsonNodeFactory.instance.objectNode();
    }

    /// Empty where every count is zero.
    private static Optional<MetricSample> sample(String namespace, JsonNode datum, Instant now) {
        Instant at = datum.has("Timestamp") ? time(datum.path("Timestamp").asDouble(0), now) : now;
        var dimensions = AlarmDefinition.dimensions(datum.path("Dimensions"));
        if (dimensions.size() < datum.path("Dimensions").size()) {
            throw new PlatformException(ErrorCode.INVALID_PARAMETER, "A dimension is given twice.");
        }
        var key = new MetricKey(namespace, datum.path("MetricName").asString(""), dimensions);
        Unit unit = Unit.ofLabel(datum.path("Unit").asString("")).orElse(Unit.NONE);
        return values(datum).map(values -> new MetricSample(key, unit, MetricSample.slotOf(at), values));
    }

    private static Optional<StatisticSet> values(JsonNode datum) {
        if (datum.has("Value")) {
            return Optional.of(StatisticSet.of(bounded(datum.path("Value"))));
        }
        JsonNode set = datum.path("StatisticValues");
        if (!set.isMissingNode()) {
            return Optional.of(StatisticSet.ofSums(
                    bounded(set.path("SampleCount")),
                    bounded(set.path("Sum")),
                    bounded(set.path("Minimum")),
                    bounded(set.path("Maximum"))));
        }
        Optional<StatisticSet> all = Optional.empty();
        for (int i = 0; i < datum.path("Values").size(); i++) {
            double count = datum.has("Counts") ? bounded(datum.path("Counts").get(i)) : 1;
            if (count > 0) {
                var one = StatisticSet.of(bounded(datum.path("Values").get(i)), count);
                all = Optional.of(all.map(before -> before.plus(one)).orElse(one));
            }
        }
        return all;
    }

    private static double bounded(JsonNode number) {
        double value = number.asDouble(0);
        if (Math.abs(value) > LARGEST) {
            throw new PlatformException(
                    ErrorCode.INVALID_PARAMETER, "The value " + value + " is not within -2^360 and 2^360.");
        }
        return value;
    }

    private static Instant time(double seconds, Instant now) {
        Instant at = Instant.ofEpochMilli((long) (seconds * 1000));
        if (at.isBefore(now.minus(MetricArchiver.LATE)) || at.isAfter(now.plus(RecentMetrics.AHEAD))) {
            throw new PlatformException(
                    ErrorCode.INVALID_PARAMETER,
                    "The Timestamp " + at + " must be at most two hours in the past and two hours in the future.");
        }
        return at;
    }

    private void publish(List<MetricSample> samples) {
        try {
            publisher.publish(samples).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PlatformException known ? known : unavailable(e);
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static PlatformException unavailable(Exception cause) {
        return new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the metrics were not taken in time", cause);
    }
}

package dev.millrace.monitoring.alarm;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmState;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Why an alarm is in its state, in CloudWatch's words.
final class AlarmReason {
    private static final int MAX_REASON = 1023;
    private static final int SHOWN = 10;
    private static final DateTimeFormatter SHORT =
            DateTimeFormatter.ofPattern("dd/MM/yy HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    static final DateTimeFormatter LONG = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private AlarmReason() {}

    /// One period that was looked at.
    ///
    /// @param value null where there is none
    record Point(Instant at, @Nullable Double value) {}

    /// For people.
    ///
    /// @param points the newest last
    static String text(AlarmDefinition alarm, AlarmState.Value state, List<Point> points) {
        List<Point> real = newest(alarm, points);
        String text = real.isEmpty() ? missing(alarm, state) : crossed(alarm, state, real);
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
    }

    /// For programs, as JSON.
    static String data(AlarmDefinition alarm, List<Point> points, Instant now) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("version", "1.0").put("queryDate", LONG.format(now));
        List<Point> real = newest(alarm, points);
        if (!real.isEmpty()) {
            data.put("startDate", LONG.format(real.getFirst().at()));
        }
        AlarmDefinition.Metric metric = alarm.metric();
        if (metric != null) {
            data.put("statistic", metric.statistic());
            if (metric.unit() != null) {
                data.put("unit", metric.unit());
            }
        }
        data.put("period", alarm.period().toSeconds());
        ArrayNode recent = data.putArray("recentDatapoints");
        real.forEach(point -> recent.add(Objects.requireNonNull(point.value())));
        data.put("threshold", alarm.threshold());
        return data.toString();
    }

    private static String crossed(AlarmDefinition alarm, AlarmState.Value state, List<Point> real) {
        String shown = real.reversed().stream()
                .limit(SHOWN)
                .map(point -> point.value() + " (" + SHORT.format(point.at()) + ")")
                .collect(Collectors.joining(", "));
        boolean isOne = real.size() == 1;
        return "Threshold Crossed: " + real.size() + (isOne ? " datapoint [" : " datapoints [") + shown + "] "
                + (isOne ? "was " : "were ") + (state == AlarmState.Value.ALARM ? "" : "not ")
                + words(alarm.comparison()) + " the threshold (" + alarm.threshold() + ").";
    }

    private static String missing(AlarmDefinition alarm, AlarmState.Value state) {
        int periods = alarm.evaluationPeriods();
        return switch (state) {
            case INSUFFICIENT_DATA ->
                "Insufficient Data: " + periods
                        + (periods == 1 ? " datapoint was unknown." : " datapoints were unknown.");
            case OK, ALARM ->
                "Threshold Crossed: no datapoints were received for " + periods
                        + (periods == 1
                                ? " period and 1 missing datapoint was"
                                : " periods and " + periods + " missing datapoints were")
                        + " treated as [" + (state == AlarmState.Value.ALARM ? "Breaching" : "NonBreaching") + "].";
        };
    }

    /// The newest real values, as many as the alarm's periods; oldest first.
    private static List<Point> newest(AlarmDefinition alarm, List<Point> points) {
        List<Point> real =
                points.stream().filter(point -> point.value() != null).toList();
        return real.subList(Math.max(0, real.size() - alarm.evaluationPeriods()), real.size());
    }

    private static String words(String comparison) {
        return switch (comparison) {
            case "GreaterThanOrEqualToThreshold" -> "greater than or equal to";
            case "GreaterThanThreshold" -> "greater than";
            case "LessThanThreshold" -> "less than";
            default -> "less than or equal to";
        };
    }
}

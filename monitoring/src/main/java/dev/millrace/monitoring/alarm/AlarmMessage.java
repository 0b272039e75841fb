package dev.millrace.monitoring.alarm;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What subscribers of a topic are told of an alarm's change.
///
/// @param subject one line
/// @param body JSON
public record AlarmMessage(String subject, String body) {
    private static final int MAX_SUBJECT = 100;

    /// @param region in which the alarm is, as the installation is set
    public static AlarmMessage of(AlarmResource alarm, String account, String region) {
        AlarmState state = alarm.state();
        String subject = state.value() + ": \"" + printable(alarm.name()) + "\" in " + region;
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("AlarmName", alarm.name());
        body.put(
                "AlarmDescription",
                alarm.request().path("AlarmDescription").asStringOpt().orElse(null));
        body.put("AWSAccountId", account);
        body.put("AlarmConfigurationUpdatedTimestamp", AlarmReason.LONG.format(alarm.configuredAt()));
        body.put("NewStateValue", state.value().name());
        body.put("NewStateReason", state.reason());
        body.put("StateChangeTime", AlarmReason.LONG.format(state.transitionedAt()));
        body.put("Region", region);
        body.put("AlarmArn", alarm.arn());
        body.put("OldStateValue", String.valueOf(state.previous()));
        AlarmDefinition definition = alarm.definition();
        actions(body.putArray("OKActions"), definition.okActions());
        actions(body.putArray("AlarmActions"), definition.alarmActions());
        actions(body.putArray("InsufficientDataActions"), definition.insufficientDataActions());
        body.set("Trigger", trigger(definition));
        return new AlarmMessage(subject.substring(0, Math.min(subject.length(), MAX_SUBJECT)), body.toString());
    }

    private static ObjectNode trigger(AlarmDefinition alarm) {
        ObjectNode trigger = JsonNodeFactory.instance.objectNode();
        AlarmDefinition.Metric metric = alarm.metric();
        if (metric != null) {
            boolean isPercentile = metric.statistic().startsWith("p");
            trigger.put("MetricName", metric.name());
            trigger.put("Namespace", metric.namespace());
            trigger.put("StatisticType", isPercentile ? "ExtendedStatistic" : "Statistic");
            trigger.put(
                    isPercentile ? "ExtendedStatistic" : "Statistic",
                    isPercentile ? metric.statistic() : metric.statistic().toUpperCase(Locale.ROOT));
            trigger.put("Unit", metric.unit());
            ArrayNode dimensions = trigger.putArray("Dimensions");
            metric.dimensions()
                    .forEach((name, value) ->
                            dimensions.addObject().put("value", value).put("name", name));
        } else {
            trigger.set("Metrics", alarm.metrics());
        }
        trigger.put("Period", alarm.period().toSeconds());
        trigger.put("EvaluationPeriods", alarm.evaluationPeriods());
        trigger.put("DatapointsToAlarm", alarm.datapointsToAlarm());
        trigger.put("ComparisonOperator", alarm.comparison());
        trigger.put("Threshold", alarm.threshold());
        trigger.put("TreatMissingData", alarm.treatMissingData());
        return trigger;
    }

    private static void actions(ArrayNode list, Iterable<String> arns) {
        arns.forEach(list::add);
    }

    /// A subject is ASCII without control characters.
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7E]", "?");
    }
}

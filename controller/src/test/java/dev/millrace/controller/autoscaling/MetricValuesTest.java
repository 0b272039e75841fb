package dev.millrace.controller.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.monitoring.Datapoint;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.StatisticSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricValuesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:10:30Z");

    /// The minute of the hour, once a minute.
    private static final MetricReader MINUTES = (_, _, from, to, _) -> {
        var points = new ArrayList<Datapoint>();
        for (Instant at = from; at.isBefore(to); at = at.plusSeconds(60)) {
            points.add(new Datapoint(at, StatisticSet.of((double) (at.getEpochSecond() / 60 % 60))));
        }
        return List.copyOf(points);
    };

    private final MetricValues values = new MetricValues(MINUTES);

    @Test
    void readsTheStatisticOfAMetric() {
        AlarmDefinition alarm = alarm("'Namespace':'app','MetricName':'m','Statistic':'Maximum','Period':60");

        assertThat(values.last(alarm, "Maximum", NOW)).hasValue(9);
        assertThat(values.largest(alarm, "Maximum", NOW)).hasValue(9);
    }

    @Test
    void readsWhatMetricMathComesTo() {
        AlarmDefinition alarm = alarm("'Metrics':[{'Id':'m','ReturnData':false,'MetricStat':{'Metric':"
                + "{'Namespace':'app','MetricName':'m'},'Stat':'Sum','Period':60}},"
                + "{'Id':'rest','Expression':'10 - m / 2'}]");

        assertThat(values.last(alarm, "Average", NOW)).hasValue(5.5);
        assertThat(values.largest(alarm, "Average", NOW)).hasValue(6.5);
    }

    private static AlarmDefinition alarm(String watched) {
        String text = "{'AlarmName':'a','EvaluationPeriods':3,'Threshold':1,'ComparisonOperator':'LessThanThreshold',"
                + watched + "}";
        return AlarmDefinition.of(ControlPlaneJson.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}

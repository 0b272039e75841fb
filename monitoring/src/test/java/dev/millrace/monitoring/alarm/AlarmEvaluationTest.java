package dev.millrace.monitoring.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmState.Value;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmEvaluationTest {
    /// CloudWatch's own tables: 0 is fine, X breaches, - is missing, the newest on the right.
    @ParameterizedTest
    @CsvSource({
        "3, 0 - X - X, OK, OK, OK, OK",
        "3, 0 - - - -, OK, OK, OK, OK",
        "3, - - - - -, INSUFFICIENT_DATA, keep, ALARM, OK",
        "3, 0 X X - X, ALARM, ALARM, ALARM, ALARM",
        "3, - - X - -, ALARM, keep, ALARM, OK",
        "2, 0 - X - X, ALARM, ALARM, ALARM, ALARM",
        "2, 0 0 X 0 X, ALARM, ALARM, ALARM, ALARM",
        "2, 0 - X - -, OK, OK, ALARM, OK",
        "2, - - - - 0, OK, OK, ALARM, OK",
        "2, - - - X -, ALARM, keep, ALARM, OK"
    })
    void treatsMissingDataAsCloudWatchsTablesSay(
            int datapointsToAlarm,
            String points,
            String missing,
            String ignore,
            String breaching,
            String notBreaching) {
        assertThat(evaluate(datapointsToAlarm, "missing", points)).isEqualTo(missing);
        assertThat(evaluate(datapointsToAlarm, "ignore", points)).isEqualTo(ignore);
        assertThat(evaluate(datapointsToAlarm, "breaching", points)).isEqualTo(breaching);
        assertThat(evaluate(datapointsToAlarm, "notBreaching", points)).isEqualTo(notBreaching);
    }

    @ParameterizedTest
    @CsvSource({"- - - - X", "- - - X -"})
    void doesNotAlarmBeforeTheNextValueCouldSayOtherwise(String points) {
        assertThat(evaluate(3, "missing", points)).isEqualTo("keep");
    }

    @ParameterizedTest
    @CsvSource({
        "GreaterThanThreshold, 1, false",
        "GreaterThanThreshold, 1.5, true",
        "GreaterThanOrEqualToThreshold, 1, true",
        "LessThanThreshold, 1, false",
        "LessThanThreshold, 0.5, true",
        "LessThanOrEqualToThreshold, 1, true"
    })
    void comparesAsItsOperatorSays(String operator, double value, boolean isBreaching) {
        var evaluation = new AlarmEvaluation(alarm("{'ComparisonOperator':'" + operator + "','Threshold':1}"));

        assertThat(evaluation.isBreaching(value)).isEqualTo(isBreaching);
    }

    @Test
    void needsAllPeriodsToBreachUnlessToldOtherwise() {
        AlarmDefinition alarm = alarm("{'EvaluationPeriods':4}");

        assertThat(alarm.datapointsToAlarm()).isEqualTo(4);
        assertThat(alarm.treatMissingData()).isEqualTo("missing");
    }

    private static String evaluate(int datapointsToAlarm, String treatMissingData, String points) {
        AlarmDefinition alarm = alarm("""
            {'EvaluationPeriods':3,'DatapointsToAlarm':%d,'TreatMissingData':'%s','Threshold':1,
             'ComparisonOperator':'GreaterThanOrEqualToThreshold'}\
            """.formatted(datapointsToAlarm, treatMissingData));
        List<@Nullable Double> values = new ArrayList<>();
        for (String point : points.split(" ")) {
            values.add(
                    switch (point) {
                        case "0" -> 0.0;
                        case "X" -> 2.0;
                        default -> null;
                    });
        }
        return new AlarmEvaluation(alarm).evaluate(values).map(Value::name).orElse("keep");
    }

    private static AlarmDefinition alarm(String request) {
        return AlarmDefinition.of(
                ControlPlaneJson.parse(request.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}

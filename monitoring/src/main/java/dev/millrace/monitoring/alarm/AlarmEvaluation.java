package dev.millrace.monitoring.alarm;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which state the values of the last periods mean. Pure.
///
/// Looks at some periods more than the alarm names, so that a gap at the end, which may be a value that
/// comes late, does not count while there are real values: those come first, the newest of them, and
/// what is missing is filled in only where there are too few.
public final class AlarmEvaluation {
    /// How many periods are looked at before those that the alarm names.
    public static final int EXTRA_PERIODS = 2;

    private final AlarmDefinition alarm;

    public AlarmEvaluation(AlarmDefinition alarm) {
        this.alarm = alarm;
    }

    /// The state that follows, or empty when it stays as it is.
    ///
    /// @param values by period, oldest first, as many as the alarm's periods and [#EXTRA_PERIODS]; null
    ///     where there is none
    public Optional<AlarmState.Value> evaluate(List<@Nullable Double> values) {
        List<Double> looked = newest(values);
        int missing = alarm.evaluationPeriods() - looked.size();
        long breaching = looked.stream().filter(this::isBreaching).count();
        boolean isAlarm = breaching >= alarm.datapointsToAlarm();
        return switch (alarm.treatMissingData()) {
            case "breaching" -> Optional.of(alarmIf(breaching + missing >= alarm.datapointsToAlarm()));
            case "notBreaching" -> Optional.of(alarmIf(isAlarm));
            case "ignore" -> isAlarm || breaching < looked.size() ? Optional.of(alarmIf(isAlarm)) : Optional.empty();
            // missing
            default -> {
                if (looked.isEmpty()) {
                    yield Optional.of(AlarmState.Value.INSUFFICIENT_DATA);
                }
                if (isAlarm || breaching < looked.size()) {
                    yield Optional.of(alarmIf(isAlarm));
                }
                // Nothing but breaches, and too few: an alarm once the oldest has been one for long enough, since the
                // next value may say otherwise.
                yield ageOfOldest(values) >= alarm.datapointsToAlarm()
                        ? Optional.of(AlarmState.Value.ALARM)
                        : Optional.empty();
            }
        };
    }

    public boolean isBreaching(double value) {
        double threshold = alarm.threshold();
        return switch (alarm.comparison()) {
            case "GreaterThanOrEqualToThreshold" -> value >= threshold;
            case "GreaterThanThreshold" -> value > threshold;
            case "LessThanThreshold" -> value < threshold;
            case "LessThanOrEqualToThreshold" -> value <= threshold;
            default -> false;
        };
    }

    /// The newest real values, at most as many as the alarm's periods; oldest first.
    private List<Double> newest(List<@Nullable Double> values) {
        List<Double> newest = new ArrayList<>();
        for (Double value : values.reversed()) {
            if (value != null && newest.size() < alarm.evaluationPeriods()) {
                newest.addFirst(value);
            }
        }
        return newest;
    }

    /// How many periods ago the oldest of those values was, the newest period being 1.
    private int ageOfOldest(List<@Nullable Double> values) {
        int age = 0;
        int found = 0;
        for (int i = 1; i <= values.size() && found < alarm.evaluationPeriods(); i++) {
            if (values.get(values.size() - i) != null) {
                found++;
                age = i;
            }
        }
        return age;
    }

    private static AlarmState.Value alarmIf(boolean isAlarm) {
        return isAlarm ? AlarmState.Value.ALARM : AlarmState.Value.OK;
    }
}

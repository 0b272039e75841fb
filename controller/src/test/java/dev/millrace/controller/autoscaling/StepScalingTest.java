package dev.millrace.controller.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.scaling.StepScalingConfig;
import dev.millrace.controlplane.scaling.StepScalingConfig.AdjustmentType;
import dev.millrace.controlplane.scaling.StepScalingConfig.Step;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepScalingTest {
    private static final double OPEN = Double.POSITIVE_INFINITY;

    private static StepScalingConfig config(AdjustmentType type, int minMagnitude, Step... steps) {
        return new StepScalingConfig(type, List.of(steps), minMagnitude, 60, "Average");
    }

    @ParameterizedTest(name = "{0} below {1} is step {2}")
    @CsvSource({
        "0, false, 1", "9.9, false, 1", "10, false, 2", "19.99, false, 2", "20, false, 3", "1e300, false, 3",
        "0, true, -1", "-5, true, -1", "-10, true, -2", "-10.5, true, -2", "-0.1, false, -1", "0.1, true, 1"
    })
    void takesTheStepThatTheMetricIsIn(double difference, boolean isBelow, int adjustment) {
        StepScalingConfig config = config(
                AdjustmentType.CHANGE_IN_CAPACITY,
                0,
                new Step(0, 10, 1),
                new Step(10, 20, 2),
                new Step(20, OPEN, 3),
                new Step(-10, 0, -1),
                new Step(-OPEN, -10, -2));

        assertThat(StepScaling.step(config, difference, isBelow))
                .hasValueSatisfying(step -> assertThat(step.adjustment()).isEqualTo(adjustment));
    }

    @ParameterizedTest(name = "{0} {2} of {1} with at least {3} is {4}")
    @CsvSource({
        "CHANGE_IN_CAPACITY, 0, 1, 0, 1",
        "CHANGE_IN_CAPACITY, 3, -5, 0, 0",
        "CHANGE_IN_CAPACITY, 2147483647, 2147483647, 0, 2147483647",
        "EXACT_CAPACITY, 7, 3, 0, 3",
        "EXACT_CAPACITY, 7, 0, 0, 0",
        "PERCENT_CHANGE_IN_CAPACITY, 10, 25, 0, 12",
        "PERCENT_CHANGE_IN_CAPACITY, 10, -25, 0, 8",
        "PERCENT_CHANGE_IN_CAPACITY, 10, 1, 0, 11",
        "PERCENT_CHANGE_IN_CAPACITY, 10, -1, 0, 9",
        "PERCENT_CHANGE_IN_CAPACITY, 4, 25, 2, 6",
        "PERCENT_CHANGE_IN_CAPACITY, 4, -25, 3, 1",
        "PERCENT_CHANGE_IN_CAPACITY, 10, 0, 2, 10",
        "PERCENT_CHANGE_IN_CAPACITY, 0, 50, 0, 0",
        "PERCENT_CHANGE_IN_CAPACITY, 0, 50, 2, 2"
    })
    void adjustsAsTheTypeSays(AdjustmentType type, int capacity, int adjustment, int minMagnitude, int wanted) {
        var step = new Step(0, OPEN, adjustment);

        assertThat(StepScaling.adjusted(config(type, minMagnitude, step), step, capacity))
                .isEqualTo(wanted);
    }
}

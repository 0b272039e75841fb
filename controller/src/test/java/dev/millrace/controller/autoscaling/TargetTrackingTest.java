package dev.millrace.controller.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.scaling.TargetTrackingConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class TargetTrackingTest {
    private static TargetTrackingConfig config(boolean isPerUnit) {
        ObjectNode configuration = JsonNodeFactory.instance.objectNode().put("TargetValue", 10.0);
        configuration
                .putObject(isPerUnit ? "PredefinedMetricSpecification" : "CustomizedMetricSpecification")
                .put("PredefinedMetricType", "SageMakerVariantInvocationsPerInstance");
        return TargetTrackingConfig.of(configuration);
    }

    @ParameterizedTest(name = "from {0} at {1} to {2}")
    @CsvSource({"1, 10.01, 2", "1, 25, 3", "2, 15, 3", "4, 10, 4", "4, 1, 4", "3, 1e300, 2147483647", "0, 50, 0"})
    void addsInProportionAndNeverTakesAway(int capacity, double metric, int wanted) {
        assertThat(TargetTracking.scaleOut(config(true), capacity, metric)).isEqualTo(wanted);
    }

    @ParameterizedTest(name = "from {0} at {1} to {2}")
    @CsvSource({"5, 0, 0", "5, 5, 3", "5, 8.9, 5", "5, 9.5, 5", "5, 200, 5", "10, 8.9, 9", "1, 0.1, 1", "0, 0, 0"})
    void takesAwayOnlyWhatLeavesTheMetricAtItsTargetOrBelow(int capacity, double metric, int wanted) {
        int left = TargetTracking.scaleIn(config(true), capacity, metric);

        assertThat(left).isEqualTo(wanted);
        assertThat(capacity * metric)
                .satisfiesAnyOf(
                        total -> assertThat(left).isEqualTo(capacity),
                        total -> assertThat(total).isLessThanOrEqualTo(left * 10.0));
    }

    @ParameterizedTest
    @CsvSource({"5, 1", "11, 2", "95, 10"})
    void leavesZeroByAMetricThatThereIsWithoutAnyWorker(double backlog, int wanted) {
        assertThat(TargetTracking.scaleOut(config(false), 0, backlog)).isEqualTo(wanted);
    }
}

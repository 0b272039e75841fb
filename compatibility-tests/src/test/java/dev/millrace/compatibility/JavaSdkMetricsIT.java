package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/// The AWS SDK for Java, whose CloudWatch client speaks CBOR.
class JavaSdkMetricsIT {
    private static final String NAMESPACE = "Samples";
    private static final String METRIC = "Calls";
    private static final Dimension DIMENSION =
            Dimension.builder().name("Run").value("java").build();
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    @Test
    void writesAndReadsMetricsAndAnAlarm() throws Exception {
        try (CloudWatchClient cloudWatch = JavaSdk.client(CloudWatchClient.builder())) {
            var datum = MetricDatum.builder()
                    .metricName(METRIC)
                    .dimensions(DIMENSION)
                    .value(3.0)
                    .unit(StandardUnit.COUNT)
                    .build();
            cloudWatch.putMetricData(put -> put.namespace(NAMESPACE).metricData(datum));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(datapoints(cloudWatch, 60))
                            .singleElement()
                            .satisfies(point -> assertThat(point.sum()).isEqualTo(3.0)));

            cloudWatch.putMetricAlarm(alarm -> alarm.alarmName("java")
                    .namespace(NAMESPACE)
                    .metricName(METRIC)
                    .dimensions(DIMENSION)
                    .statistic(Statistic.SUM)
                    .period(60)
                    .evaluationPeriods(1)
                    .threshold(1.0)
                    .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                    .treatMissingData("ignore"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(cloudWatch
                                    .describeAlarms(alarms -> alarms.alarmNames("java"))
                                    .metricAlarms())
                            .singleElement()
                            .satisfies(alarm -> assertThat(alarm.stateValue()).isEqualTo(StateValue.ALARM)));
            cloudWatch.deleteAlarms(alarms -> alarms.alarmNames("java"));
            assertThatThrownBy(() -> datapoints(cloudWatch, 7))
                    .isInstanceOfSatisfying(
                            CloudWatchException.class,
                            error -> assertThat(error.awsErrorDetails().errorCode())
                                    .isEqualTo("ValidationError"));
        }
    }

    private static List<Datapoint> datapoints(CloudWatchClient cloudWatch, int period) {
        Instant now = Instant.now();
        return cloudWatch
                .getMetricStatistics(read -> read.namespace(NAMESPACE)
                        .metricName(METRIC)
                        .dimensions(DIMENSION)
                        .startTime(now.minus(Duration.ofMinutes(10)))
                        .endTime(now.plus(Duration.ofMinutes(1)))
                        .period(period)
                        .statistics(Statistic.SUM))
                .datapoints();
    }
}

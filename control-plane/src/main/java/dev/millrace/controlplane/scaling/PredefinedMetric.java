package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ScalableDimension.COMPONENT_COPY_COUNT;
import static dev.millrace.controlplane.ScalableDimension.VARIANT_INSTANCE_COUNT;

import dev.millrace.controlplane.ScalableDimension;
import java.util.Arrays;

/// The metrics that Application Auto Scaling names for SageMaker, in the namespace `AWS/SageMaker`.
enum PredefinedMetric {
    VARIANT_INVOCATIONS(
            "SageMakerVariantInvocationsPerInstance", VARIANT_INSTANCE_COUNT, "InvocationsPerInstance", "Sum", 60),
    VARIANT_CONCURRENCY(
            "SageMakerVariantConcurrentRequestsPerModelHighResolution",
            VARIANT_INSTANCE_COUNT,
            "ConcurrentRequestsPerModel",
            "Average",
            10),
    /// Of serverless variants.
    PROVISIONED_CONCURRENCY(
            "SageMakerVariantProvisionedConcurrencyUtilization",
            VARIANT_INSTANCE_COUNT,
            "ServerlessProvisionedConcurrencyUtilization",
            "Average",
            60),
    COMPONENT_INVOCATIONS(
            "SageMakerInferenceComponentInvocationsPerCopy", COMPONENT_COPY_COUNT, "InvocationsPerCopy", "Sum", 60),
    COMPONENT_CONCURRENCY(
            "SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution",
            COMPONENT_COPY_COUNT,
            "ConcurrentRequestsPerCopy",
            "Average",
            10);

    private final String wireName;
    private final ScalableDimension dimension;
    private final String metricName;
    private final String statistic;
    private final int periodSeconds;

    PredefinedMetric(
            String wireName, ScalableDimension dimension, String metricName, String statistic, int periodSeconds) {
        this.wireName = wireName;
        this.dimension = dimension;
        this.metricName = metricName;
        this.statistic = statistic;
        this.periodSeconds = periodSeconds;
    }

    static PredefinedMetric of(String wireName) {
        return Arrays.stream(values())
                .filter(each -> each.wireName.equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no metric of this platform: " + wireName));
    }

    static String[] names() {
        return Arrays.stream(values()).map(each -> each.wireName).toArray(String[]::new);
    }

    ScalableDimension dimension() {
        return dimension;
    }

    String metricName() {
        return metricName;
    }

    String statistic() {
        return statistic;
    }

    int periodSeconds() {
        return periodSeconds;
    }
}

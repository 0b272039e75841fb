package dev.millrace.monitoring;

import java.util.Map;

/// Metrics that SageMaker records of its endpoints, each with the dimensions that it has there.
public final class SageMakerMetrics {
    public static final String NAMESPACE = "AWS/SageMaker";
    /// Of the machines that serve endpoints.
    public static final String HOSTS = "/aws/sagemaker/Endpoints";
    /// Of the machines that serve inference components.
    public static final String COMPONENT_HOSTS = "/aws/sagemaker/InferenceComponents";

    private static final String ENDPOINT_NAME = "EndpointName";
    private static final String VARIANT_NAME = "VariantName";
    private static final String INFERENCE_COMPONENT_NAME = "InferenceComponentName";

    private SageMakerMetrics() {}

    public static MetricKey ofVariant(String metric, String endpoint, String variant) {
        return MetricKey.of(NAMESPACE, metric, Map.of(ENDPOINT_NAME, endpoint, VARIANT_NAME, variant));
    }

    public static MetricKey ofEndpoint(String metric, String endpoint) {
        return MetricKey.of(NAMESPACE, metric, Map.of(ENDPOINT_NAME, endpoint));
    }

    public static MetricKey ofComponent(String metric, String component) {
        return MetricKey.of(NAMESPACE, metric, Map.of(INFERENCE_COMPONENT_NAME, component));
    }

    public static MetricKey ofHosts(String metric, String endpoint, String variant) {
        return MetricKey.of(HOSTS, metric, Map.of(ENDPOINT_NAME, endpoint, VARIANT_NAME, variant));
    }

    public static MetricKey ofComponentHosts(String metric, String component) {
        return MetricKey.of(COMPONENT_HOSTS, metric, Map.of(INFERENCE_COMPONENT_NAME, component));
    }
}

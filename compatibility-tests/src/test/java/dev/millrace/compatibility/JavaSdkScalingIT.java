package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.TestModel;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.applicationautoscaling.ApplicationAutoScalingClient;
import software.amazon.awssdk.services.applicationautoscaling.model.MetricType;
import software.amazon.awssdk.services.applicationautoscaling.model.ObjectNotFoundException;
import software.amazon.awssdk.services.applicationautoscaling.model.PolicyType;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalableDimension;
import software.amazon.awssdk.services.applicationautoscaling.model.ServiceNamespace;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;
import software.amazon.awssdk.services.sagemaker.model.ProductionVariant;
import software.amazon.awssdk.services.sagemaker.model.ProductionVariantInstanceType;
import software.amazon.awssdk.services.sagemaker.waiters.SageMakerWaiter;

/// The AWS SDK for Java, for Application Auto Scaling.
class JavaSdkScalingIT {
    private static final String NAME = "java-scaling";
    private static final String VARIANT = "endpoint/" + NAME + "/variant/AllTraffic";
    private static final ScalableDimension DIMENSION = ScalableDimension.SAGEMAKER_VARIANT_DESIRED_INSTANCE_COUNT;

    @Test
    void registersATargetAndItsPolicy() throws Exception {
        try (SageMakerClient sageMaker = JavaSdk.client(SageMakerClient.builder());
                var scaling = JavaSdk.client(ApplicationAutoScalingClient.builder())) {
            deploy(sageMaker);
            scaling.registerScalableTarget(target -> target.serviceNamespace(ServiceNamespace.SAGEMAKER)
                    .resourceId(VARIANT)
                    .scalableDimension(DIMENSION)
                    .minCapacity(1)
                    .maxCapacity(2));

            var policy = scaling.putScalingPolicy(put -> put.policyName("by-invocations")
                    .serviceNamespace(ServiceNamespace.SAGEMAKER)
                    .resourceId(VARIANT)
                    .scalableDimension(DIMENSION)
                    .policyType(PolicyType.TARGET_TRACKING_SCALING)
                    .targetTrackingScalingPolicyConfiguration(tracking -> tracking.targetValue(800.0)
                            .predefinedMetricSpecification(metric -> metric.predefinedMetricType(
                                    MetricType.SAGE_MAKER_VARIANT_INVOCATIONS_PER_INSTANCE))));

            assertThat(policy.alarms()).hasSize(2);
            assertThat(scaling.describeScalingPolicies(all -> all.serviceNamespace(ServiceNamespace.SAGEMAKER)
                                    .resourceId(VARIANT))
                            .scalingPolicies())
                    .singleElement()
                    .satisfies(each -> assertThat(each.policyARN()).isEqualTo(policy.policyARN()));
            delete(scaling);
            assertThatThrownBy(() -> delete(scaling)).isInstanceOf(ObjectNotFoundException.class);
            sageMaker.deleteEndpoint(endpoint -> endpoint.endpointName(NAME));
        }
    }

    private static void delete(ApplicationAutoScalingClient scaling) {
        scaling.deleteScalingPolicy(policy -> policy.policyName("by-invocations")
                .serviceNamespace(ServiceNamespace.SAGEMAKER)
                .resourceId(VARIANT)
                .scalableDimension(DIMENSION));
    }

    private static void deploy(SageMakerClient sageMaker) throws Exception {
        try (var s3 = JavaSdk.s3()) {
            s3.createBucket(bucket -> bucket.bucket(NAME));
            s3.putObject(object -> object.bucket(NAME).key("model.onnx"), TestModel.DIGITS.model());
        }
        sageMaker.createModel(model -> model.modelName(NAME)
                .executionRoleArn(JavaSdk.ROLE)
                .primaryContainer(
                        container -> container.image("onnxruntime").modelDataUrl("s3://" + NAME + "/model.onnx")));
        var variant = ProductionVariant.builder()
                .variantName("AllTraffic")
                .modelName(NAME)
                .instanceType(ProductionVariantInstanceType.ML_M5_LARGE)
                .initialInstanceCount(1)
                .build();
        sageMaker.createEndpointConfig(config -> config.endpointConfigName(NAME).productionVariants(variant));
        sageMaker.createEndpoint(endpoint -> endpoint.endpointName(NAME).endpointConfigName(NAME));
        try (SageMakerWaiter waiter = SageMakerWaiter.builder()
                .client(sageMaker)
                .overrideConfiguration(JavaSdk.OFTEN)
                .build()) {
            waiter.waitUntilEndpointInService(described -> described.endpointName(NAME));
        }
    }
}

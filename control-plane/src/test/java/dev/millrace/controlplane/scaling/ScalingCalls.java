package dev.millrace.controlplane.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.invocation.PlatformException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import tools.jackson.databind.node.ObjectNode;

/// Calls of Application Auto Scaling about the variant of an endpoint.
final class ScalingCalls implements AutoCloseable {
    static final String TARGET = "'ServiceNamespace':'sagemaker','ResourceId':'endpoint/e/variant/main',"
            + "'ScalableDimension':'sagemaker:variant:DesiredInstanceCount'";
    static final String STEPS = "'PolicyType':'StepScaling','StepScalingPolicyConfiguration':{"
            + "'AdjustmentType':'ChangeInCapacity','StepAdjustments':[{'MetricIntervalLowerBound':0,"
            + "'ScalingAdjustment':1}],'MetricAggregationType':'Maximum','Cooldown':60}";
    static final String TRACKING = "'PolicyType':'TargetTrackingScaling',"
            + "'TargetTrackingScalingPolicyConfiguration':{'TargetValue':5,'PredefinedMetricSpecification':"
            + "{'PredefinedMetricType':'SageMakerVariantConcurrentRequestsPerModelHighResolution'}}";

    final Fixture fixture = new Fixture();

    ScalingCalls() {
        fixture.createEndpoint("e");
    }

    ObjectNode call(String operation, String members) {
        return fixture.callScaling(operation, "{" + members + "}");
    }

    /// @return the target's ARN
    String register(int min, int max) {
        return call("RegisterScalableTarget", TARGET + ",'MinCapacity':" + min + ",'MaxCapacity':" + max)
                .get("ScalableTargetARN")
                .stringValue();
    }

    static void assertRefused(ThrowingCallable call, String code, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PlatformException.class, e -> {
            assertThat(AwsErrors.applicationAutoScaling(e.code()).code()).isEqualTo(code);
            assertThat(e.text()).contains(message);
        });
    }

    @Override
    public void close() {
        fixture.close();
    }
}

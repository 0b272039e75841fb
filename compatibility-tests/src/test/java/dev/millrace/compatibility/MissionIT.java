package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Wait;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.applicationautoscaling.ApplicationAutoScalingClient;
import software.amazon.awssdk.services.applicationautoscaling.model.Alarm;
import software.amazon.awssdk.services.applicationautoscaling.model.ScalingPolicy;

/// The snippets of the documents that users come with, each as a file of `samples/mission`.
class MissionIT {
    private static final Client CLIENT = Client.NEWEST;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static ApiClient api;

    @BeforeAll
    static void prepare() throws Exception {
        Map<String, String> environment = SharedInstallation.environment();
        api = new ApiClient(AllInOneProcess.api(environment), AllInOneProcess.token(environment));
        CLIENT.run("mission/prepare.py");
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void theDeckDeploysUpdatesAndScalesAnEndpoint() throws Exception {
        CLIENT.run("mission/000-01-create-model.sh");
        CLIENT.run("mission/000-02-create-endpoint-config.sh");
        CLIENT.run("mission/000-03-create-endpoint.sh");
        api.awaitInService("my-endpoint", PATIENCE);

        CLIENT.run("mission/000-13-second-model.sh");
        CLIENT.run("mission/000-14-update-endpoint.sh");
        api.awaitInService("my-endpoint", PATIENCE);

        assertThat(api.sageMaker("DescribeEndpoint", Map.of("EndpointName", "my-endpoint"))
                        .path("EndpointConfigName")
                        .asString(""))
                .isEqualTo("model2-config");

        CLIENT.run("mission/000-16-built-in-policy.sh");
        CLIENT.run("mission/000-17-register-scalable-target.sh");
        assertThat(CLIENT.run("mission/000-18-put-scaling-policy.sh"))
                .contains("TargetTracking-endpoint/my-endpoint/variant/model2-AlarmHigh-")
                .contains("TargetTracking-endpoint/my-endpoint/variant/model2-AlarmLow-");
        api.sageMaker("DeleteEndpoint", Map.of("EndpointName", "my-endpoint"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            000-04-tensorflow-model.py | tensorflow-inference-\\S+
            000-05-predictor.py        | sagemaker-xgboost-\\S+ [0-9.]+,[0-9.,]+,3
            """)
    void theDeckDeploysWithTheSageMakerSdk(String file, String said) throws Exception {
        assertThat(Client.SAGEMAKER.run("mission/" + file)).containsPattern(said);
    }

    @Test
    void theReportDeploysAnInferenceComponent() throws Exception {
        CLIENT.run("mission/003-02-endpoint-config.py");
        CLIENT.run("mission/003-03-endpoint.py");
        api.awaitInService("scale-to-zero", PATIENCE);

        CLIENT.run("mission/003-04-inference-component.py");

        Map<String, Object> component = Map.of("InferenceComponentName", "scale-to-zero");
        Wait.until(
                "the component in service",
                PATIENCE,
                () -> api.sageMaker("DescribeInferenceComponent", component)
                        .path("InferenceComponentStatus")
                        .asString("")
                        .equals("InService"));
        assertThat(CLIENT.end("mission/003-04-inference-component.py").output())
                .contains("ValidationException", "Cannot create already existing");

        theReportScalesIt();
        api.sageMaker("DeleteInferenceComponent", component);
        // An endpoint is refused its end while it hosts a component.
        Wait.until("the endpoint deleted", PATIENCE, () -> {
            api.sageMaker("DeleteEndpoint", Map.of("EndpointName", "scale-to-zero"));
            return true;
        });
    }

    private static void theReportScalesIt() throws Exception {
        CLIENT.run("mission/003-05-scalable-target.py");
        CLIENT.run("mission/003-06-target-tracking.py");
        CLIENT.run("mission/003-07-step-scaling.py");

        String component = "inference-component/scale-to-zero";
        try (var scaling = JavaSdk.client(ApplicationAutoScalingClient.builder())) {
            assertThat(scaling.describeScalingPolicies(
                                    of -> of.serviceNamespace("sagemaker").resourceId(component))
                            .scalingPolicies())
                    .flatExtracting(ScalingPolicy::alarms)
                    .extracting(Alarm::alarmName)
                    .satisfiesExactlyInAnyOrder(
                            high -> assertThat(high).startsWith("TargetTracking-" + component + "-AlarmHigh-"),
                            low -> assertThat(low).startsWith("TargetTracking-" + component + "-AlarmLow-"),
                            step -> assertThat(step).isEqualTo("ic-step-scaling-policy-alarm"));
            scaling.deregisterScalableTarget(target -> target.serviceNamespace("sagemaker")
                    .resourceId(component)
                    .scalableDimension("sagemaker:inference-component:DesiredCopyCount"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            000-07-multi-model.py     | Endpoints that hold many models are not supported yet
            000-09-multi-container.py | Models of several containers are not supported yet
            000-12-serverless.py      | Serverless variants are not supported yet
            000-15-shadow-test.sh     | Shadow variants are not supported yet
            003-01-serverless.py      | Serverless variants are not supported yet
            """)
    void whatIsNotBuiltIsRefusedByName(String file, String words) throws Exception {
        Client.Ended ended = CLIENT.end("mission/" + file);

        assertThat(ended.status()).isNotZero();
        assertThat(ended.output()).contains("ValidationException").contains(words);
    }
}

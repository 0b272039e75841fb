package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.waiters.S3Waiter;
import software.amazon.awssdk.services.sagemaker.SageMakerClient;
import software.amazon.awssdk.services.sagemaker.model.EndpointStatus;
import software.amazon.awssdk.services.sagemaker.model.ProductionVariant;
import software.amazon.awssdk.services.sagemaker.model.ProductionVariantInstanceType;
import software.amazon.awssdk.services.sagemaker.model.SageMakerException;
import software.amazon.awssdk.services.sagemaker.waiters.SageMakerWaiter;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointRequest;
import software.amazon.awssdk.services.sagemakerruntime.model.ModelErrorException;
import software.amazon.awssdk.services.sagemakerruntime.model.ValidationErrorException;

/// The AWS SDK for Java.
class JavaSdkIT {
    private static final TestModel.Row DIGIT = TestModel.DIGITS.rows().getFirst();
    private static final String BUCKET = "java-sdk";

    private static S3Client s3;
    private static SageMakerClient sageMaker;
    private static SageMakerRuntimeClient runtime;

    @BeforeAll
    static void open() throws Exception {
        s3 = JavaSdk.s3();
        sageMaker = JavaSdk.client(SageMakerClient.builder());
        runtime = JavaSdk.client(SageMakerRuntimeClient.builder());
        s3.createBucket(bucket -> bucket.bucket(BUCKET));
        s3.putObject(object -> object.bucket(BUCKET).key("model.onnx"), TestModel.DIGITS.model());
    }

    @AfterAll
    static void close() {
        runtime.close();
        sageMaker.close();
        s3.close();
    }

    @Test
    void takesAnEndpointThroughItsLife() {
        createConfig("java-life");
        sageMaker.createEndpoint(endpoint -> endpoint.endpointName("java-life").endpointConfigName("java-life"));
        awaitInService("java-life");
        assertThat(JavaSdk.label(invoke("java-life", JavaSdk.csv(DIGIT)).asByteArray()))
                .isEqualTo(DIGIT.label());

        createConfig("java-life-2");
        sageMaker.updateEndpoint(endpoint -> endpoint.endpointName("java-life").endpointConfigName("java-life-2"));
        awaitInService("java-life");
        assertThat(sageMaker
                        .describeEndpoint(endpoint -> endpoint.endpointName("java-life"))
                        .endpointConfigName())
                .isEqualTo("java-life-2");
        assertThat(JavaSdk.label(invoke("java-life", JavaSdk.csv(DIGIT)).asByteArray()))
                .isEqualTo(DIGIT.label());

        sageMaker.deleteEndpoint(endpoint -> endpoint.endpointName("java-life"));
        try (SageMakerWaiter waiter = waiter()) {
            waiter.waitUntilEndpointDeleted(endpoint -> endpoint.endpointName("java-life"));
        }
        assertThatThrownBy(() -> sageMaker.describeEndpoint(endpoint -> endpoint.endpointName("java-life")))
                .isInstanceOfSatisfying(SageMakerException.class, refused -> {
                    assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("ValidationException");
                    assertThat(refused).hasMessageContaining("Could not find endpoint");
                });
    }

    @Test
    void invokesAsynchronously() throws IOException {
        createConfig("java-async");
        sageMaker.createEndpoint(endpoint -> endpoint.endpointName("java-async").endpointConfigName("java-async"));
        awaitInService("java-async");
        s3.putObject(
                object -> object.bucket(BUCKET).key("in/row.csv"),
                RequestBody.fromBytes(JavaSdk.csv(DIGIT).getBytes(StandardCharsets.US_ASCII)));

        var answer = runtime.invokeEndpointAsync(call -> call.endpointName("java-async")
                .inputLocation("s3://" + BUCKET + "/in/row.csv")
                .contentType("text/csv")
                .accept("application/json")
                .inferenceId("from-java"));

        assertThat(answer.inferenceId()).isEqualTo("from-java");
        String key = answer.outputLocation().substring(("s3://" + BUCKET + "/").length());
        try (S3Waiter waiter = S3Waiter.builder()
                .client(s3)
                .overrideConfiguration(JavaSdk.OFTEN)
                .build()) {
            waiter.waitUntilObjectExists(object -> object.bucket(BUCKET).key(key));
        }
        byte[] output =
                s3.getObjectAsBytes(object -> object.bucket(BUCKET).key(key)).asByteArray();
        assertThat(JavaSdk.label(output)).isEqualTo(DIGIT.label());
        sageMaker.deleteEndpoint(endpoint -> endpoint.endpointName("java-async"));
    }

    @Test
    void throwsTheExceptionsOfTheModel() {
        createConfig("java-errors");
        sageMaker.createEndpoint(
                endpoint -> endpoint.endpointName("java-errors").endpointConfigName("java-errors"));
        awaitInService("java-errors");

        assertThatThrownBy(() -> invoke("java-errors", "no,numbers"))
                .isInstanceOfSatisfying(
                        ModelErrorException.class,
                        error -> assertThat(error.originalStatusCode()).isEqualTo(400));
        assertThatThrownBy(() -> invoke("not-there", "0")).isInstanceOf(ValidationErrorException.class);
        assertThatThrownBy(() ->
                        s3.getObjectAsBytes(object -> object.bucket(BUCKET).key("not-there")))
                .isInstanceOf(NoSuchKeyException.class);
        sageMaker.deleteEndpoint(endpoint -> endpoint.endpointName("java-errors"));
    }

    private static void createConfig(String name) {
        sageMaker.createModel(model -> model.modelName(name)
                .executionRoleArn(JavaSdk.ROLE)
                .primaryContainer(
                        container -> container.image("onnxruntime").modelDataUrl("s3://" + BUCKET + "/model.onnx")));
        var variant = ProductionVariant.builder()
                .variantName("AllTraffic")
                .modelName(name)
                .instanceType(ProductionVariantInstanceType.ML_M5_LARGE)
                .initialInstanceCount(1)
                .build();
        sageMaker.createEndpointConfig(config -> config.endpointConfigName(name)
                .productionVariants(variant)
                .asyncInferenceConfig(
                        async -> async.outputConfig(output -> output.s3OutputPath("s3://" + BUCKET + "/out"))));
    }

    private static SageMakerWaiter waiter() {
        return SageMakerWaiter.builder()
                .client(sageMaker)
                .overrideConfiguration(JavaSdk.OFTEN)
                .build();
    }

    private static void awaitInService(String endpoint) {
        try (SageMakerWaiter waiter = waiter()) {
            waiter.waitUntilEndpointInService(described -> described.endpointName(endpoint));
        }
        assertThat(sageMaker
                        .describeEndpoint(described -> described.endpointName(endpoint))
                        .endpointStatus())
                .isEqualTo(EndpointStatus.IN_SERVICE);
    }

    private static SdkBytes invoke(String endpoint, String body) {
        return runtime.invokeEndpoint(InvokeEndpointRequest.builder()
                        .endpointName(endpoint)
                        .contentType("text/csv")
                        .accept("application/json")
                        .body(SdkBytes.fromUtf8String(body))
                        .build())
                .body();
    }
}

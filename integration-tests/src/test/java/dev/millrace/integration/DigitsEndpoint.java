package dev.millrace.integration;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.runtime.Secret;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// Deploys the digits model as a user does.
final class DigitsEndpoint {
    private static final BucketName BUCKET = new BucketName("it-digits");

    private DigitsEndpoint() {}

    /// @param environment as `./millrace env` prints it
    static void deploy(Map<String, String> environment, ApiClient api, String name)
            throws IOException, InterruptedException {
        URI endpoint = URI.create(environment.getOrDefault("AWS_ENDPOINT_URL_S3", ""));
        var config = new S3Config(
                endpoint,
                endpoint,
                environment.getOrDefault("AWS_DEFAULT_REGION", ""),
                environment.getOrDefault("AWS_ACCESS_KEY_ID", ""),
                new Secret(environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "")));
        try (var store = new S3ObjectStore(config, BUCKET, InstantSource.system(), new SecureRandom())) {
            deploy(store, api, name);
        }
    }

    static void deploy(ObjectStore store, ApiClient api, String name) throws IOException, InterruptedException {
        store.ensureBucket(BUCKET);
        var model = new ObjectLocation(BUCKET, name + "/model.onnx");
        store.put(
                model,
                Payload.of(Files.readAllBytes(TestModel.DIGITS.model())),
                ObjectAttributes.NONE,
                WriteCondition.ALWAYS);
        api.createConfig(name, model.uri(), "s3://" + BUCKET + "/out/" + name, Map.of());
        api.sageMaker("CreateEndpoint", Map.of("EndpointName", name, "EndpointConfigName", name));
        api.awaitInService(name, Duration.ofSeconds(60));
    }
}

package dev.millrace.compatibility;

import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the flows of the AWS SDK for Java have in common: where the clients call, and the digits.
final class JavaSdk {
    static final String ROLE = "arn:aws:iam::000000000000:role/millrace";
    /// The SDK's own waiters ask every half a minute.
    static final WaiterOverrideConfiguration OFTEN = WaiterOverrideConfiguration.builder()
            .backoffStrategyV2(BackoffStrategy.fixedDelayWithoutJitter(Duration.ofSeconds(1)))
            .maxAttempts(90)
            .build();

    private JavaSdk() {}

    /// A client of the all-in-one.
    static <B extends AwsClientBuilder<B, C>, C> C client(B builder) throws IOException, InterruptedException {
        return client(builder, "AWS_ENDPOINT_URL");
    }

    static S3Client s3() throws IOException, InterruptedException {
        return client(S3Client.builder().forcePathStyle(true), "AWS_ENDPOINT_URL_S3");
    }

    private static <B extends AwsClientBuilder<B, C>, C> C client(B builder, String endpoint)
            throws IOException, InterruptedException {
        var credentials = AwsBasicCredentials.create(
                SharedInstallation.variable("AWS_ACCESS_KEY_ID"), SharedInstallation.variable("AWS_SECRET_ACCESS_KEY"));
        return builder.endpointOverride(URI.create(SharedInstallation.variable(endpoint)))
                .region(Region.of(SharedInstallation.variable("AWS_DEFAULT_REGION")))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build();
    }

    /// The pixels of a held-out digit as a line of CSV.
    static String csv(TestModel.Row digit) {
        var line = new StringBuilder();
        for (float pixel : digit.features()) {
            line.append(line.isEmpty() ? "" : ",").append(pixel);
        }
        return line.append('\n').toString();
    }

    /// The label in an answer of the digits model.
    static int label(byte[] answer) {
        JsonNode outputs = new JsonMapper()
                .readTree(new String(answer, StandardCharsets.UTF_8))
                .path("outputs");
        for (JsonNode output : outputs) {
            if (output.path("name").asString("").equals("label")) {
                return output.path("data").path(0).asInt();
            }
        }
        throw new AssertionError("no label in " + outputs);
    }
}

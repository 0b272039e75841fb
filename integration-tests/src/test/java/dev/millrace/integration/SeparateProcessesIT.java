package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.harness.Cluster;
import dev.millrace.load.harness.Digits;
import dev.millrace.testkit.MinioServer;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The processes of the compose file as JVMs of their own, on a real MinIO where there is one, else on the embedded
/// store.
class SeparateProcessesIT {
    @Test
    void serveAnUploadAndAnInlineCallFromZeroWorkers(@TempDir Path folder) throws Exception {
        var digits = new Digits(TestModel.DIGITS);
        @Nullable MinioServer minio = MinioServer.isPresent() ? MinioServer.start() : null;
        try (minio;
                var cluster = new Cluster(folder, Map.of(), minio == null ? null : minio.access())) {
            System.out.println("the store is " + (minio == null ? "the embedded one: there is no MinIO" : "MinIO"));
            DigitsEndpoint.deploy(cluster.store(), cluster.api(), "digits");

            String inline = invoke(cluster, "application/json", digits.json(0));
            String upload = invoke(cluster, "application/x-npy", digits.npy(0, 1_000));

            for (String id : List.of(inline, upload)) {
                assertThat(cluster.api().status("digits", id, 55).path("status").asString(""))
                        .isEqualTo("Completed");
            }
            assertThat(Digits.digest(cluster.api().parse(cluster.api().output("digits", upload))))
                    .isEqualTo(digits.expected(0, 1_000));
        }
    }

    private static String invoke(Cluster cluster, String contentType, byte[] body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = cluster.api()
                .invokeAsync(
                        "digits",
                        Map.of(
                                "X-Amzn-SageMaker-Content-Type",
                                contentType,
                                "X-Amzn-SageMaker-Accept",
                                "application/json"),
                        BodyPublishers.ofByteArray(body),
                        Duration.ofSeconds(30));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return cluster.api().parse(answer.body()).path("InvocationId").asString("");
    }
}

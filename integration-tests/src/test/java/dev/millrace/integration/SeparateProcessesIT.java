package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.harness.Cluster;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.Ports;
import dev.millrace.testkit.StoreAccess;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The processes of the compose file as JVMs of their own, on a real MinIO where there is one, else on the embedded
/// store.
class SeparateProcessesIT {
    @Test
    void serveAnUploadAndAnInlineCallFromZeroWorkers(@TempDir Path folder) throws Exception {
        var digits = new Digits(TestModel.DIGITS);
        try (var minio = Minio.startIfPresent(folder);
                var cluster = new Cluster(folder, Map.of(), minio.access().orElse(null))) {
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

    /// A MinIO server, where its program is: `MILLRACE_TEST_MINIO`, or the one that `.ci/run` built.
    private record Minio(Optional<Process> process, Optional<StoreAccess> access) implements AutoCloseable {
        static Minio startIfPresent(Path folder) throws IOException, InterruptedException {
            Path program = Path.of(Optional.ofNullable(System.getenv("MILLRACE_TEST_MINIO"))
                    .orElse(System.getProperty("user.home") + "/.cache/millrace/minio"));
            if (!Files.isExecutable(program) || Files.isDirectory(program)) {
                System.out.println("No MinIO at " + program + ": the embedded store takes its place");
                return new Minio(Optional.empty(), Optional.empty());
            }
            int port = Ports.free();
            var builder = new ProcessBuilder(
                            program.toString(),
                            "server",
                            "--quiet",
                            "--address",
                            "127.0.0.1:" + port,
                            Files.createDirectories(folder.resolve("minio")).toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("minio.log").toFile());
            builder.environment().put("MINIO_ROOT_USER", "millrace");
            builder.environment().put("MINIO_ROOT_PASSWORD", "millrace-test-secret");
            Process server = builder.start();
            Wait.until("MinIO", Duration.ofSeconds(30), () -> isListening(port));
            return new Minio(
                    Optional.of(server),
                    Optional.of(new StoreAccess(
                            URI.create("http://127.0.0.1:" + port), "millrace", "millrace-test-secret", "us-east-1")));
        }

        private static boolean isListening(int port) throws IOException {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            }
        }

        @Override
        public void close() {
            process.ifPresent(server -> {
                server.destroy();
                try {
                    server.waitFor(5, TimeUnit.SECONDS);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }
}

package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import dev.millrace.testkit.Ports;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The gateway as a process of its own, with a small heap.
class GatewayProcessIT {
    private static final int UPLOADS = 8;
    private static final int MB = 1 << 20;
    private static TestGateway controller;
    private static EndpointName endpoint;

    @BeforeAll
    static void start() {
        controller = new TestGateway();
        endpoint = controller.endpoint(true);
    }

    @AfterAll
    static void stop() {
        controller.close();
    }

    @Test
    void takesEightLargeUploadsAtOnceInASmallHeap() {
        try (var process = new GatewayProcess()) {
            long known = storedBy(() -> upload(
                    process,
                    BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Zeros(256L * MB)), 256L * MB)));
            assertThat(known).isEqualTo(UPLOADS * 256L * MB);

            long unknown = storedBy(() -> upload(process, BodyPublishers.ofInputStream(() -> new Zeros(48L * MB))));
            assertThat(unknown).isEqualTo(UPLOADS * 48L * MB);
            assertThat(process.errors).isEmpty();
        }
    }

    @Test
    void leavesNothingOfAnUploadWhenItIsKilled() {
        long queuedBefore = queued();
        try (var process = new GatewayProcess();
                var connection = new RawHttp(process.port)) {
            connection
                    .send("POST /endpoints/" + endpoint + "/async-invocations HTTP/1.1\r\nHost: x\r\n"
                            + "Content-Length: 20000000\r\n\r\n")
                    .send(new byte[10_000_000]);

            process.kill();

            assertThat(connection.response()).doesNotContain("202");
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(payloadBytes()).isZero());
        assertThat(queued()).isEqualTo(queuedBefore);
    }

    @Test
    void asksItsKafkaIntakeWhetherItIsReady() {
        try (var process = new GatewayProcess()) {
            assertThat(process.health().body()).contains("\"kafka intake\"");
        }
    }

    private long storedBy(Runnable uploads) {
        controller
                .store
                .list(controller.objects.bucket(), PlatformObjects.PAYLOADS, "")
                .forEach(object -> controller.store.delete(object.location()));
        uploads.run();
        long stored = payloadBytes();
        controller
                .store
                .list(controller.objects.bucket(), PlatformObjects.PAYLOADS, "")
                .forEach(object -> controller.store.delete(object.location()));
        return stored;
    }

    private static long payloadBytes() {
        return controller.store.list(controller.objects.bucket(), PlatformObjects.PAYLOADS, "").stream()
                .mapToLong(object -> object.size())
                .sum();
    }

    private static long queued() {
        return controller
                .lanes
                .position(controller.lane(endpoint, LaneId.Kind.ASYNCHRONOUS))
                .orElseThrow()
                .end();
    }

    private static void upload(GatewayProcess process, HttpRequest.BodyPublisher body) {
        var answers = IntStream.range(0, UPLOADS)
                .mapToObj(_ -> controller.http.sendAsync(
                        HttpRequest.newBuilder(process.uri("/endpoints/" + endpoint + "/async-invocations"))
                                .POST(body)
                                .build(),
                        BodyHandlers.ofString()))
                .toList();
        assertThat(answers.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
                .containsOnly(202);
    }

    /// A gateway child process, ready.
    private static final class GatewayProcess implements AutoCloseable {
        private final int port = Ports.free();
        private final int managementPort = Ports.free();
        private final Queue<String> errors = new ConcurrentLinkedQueue<>();
        private final JavaProcess process;

        GatewayProcess() {
            StoreAccess store = SharedServers.store();
            List<Path> classPath = Stream.of(
                            System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(Path::of)
                    .toList();
            var command = new JavaCommand(GatewayMain.class.getName(), classPath)
                    .withJvmFlags(List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"))
                    .withArguments("--watch-parent")
                    .withEnvironment(Map.of(
                            "MILLRACE_GATEWAY_PORT", "" + port,
                            "MILLRACE_MANAGEMENT_PORT", "" + managementPort,
                            "MILLRACE_KAFKA_BOOTSTRAP_SERVERS", SharedServers.kafka(),
                            "MILLRACE_S3_ENDPOINT", store.endpoint().toString(),
                            "MILLRACE_S3_ACCESS_KEY", store.accessKey(),
                            "MILLRACE_S3_SECRET_KEY", store.secretKey(),
                            "MILLRACE_PLATFORM_BUCKET",
                                    controller.objects.bucket().value()));
            process = JavaProcess.start("gateway", command, this::look, this::look);
            await().atMost(Duration.ofSeconds(40)).until(this::isReady);
        }

        URI uri(String path) {
            return URI.create("http://127.0.0.1:" + port + path);
        }

        void kill() {
            process.kill();
        }

        private void look(String line) {
            if (line.contains("ERROR") || line.contains("OutOfMemory")) {
                errors.add(line);
            }
        }

        private boolean isReady() {
            if (!process.isAlive()) {
                throw new IllegalStateException("the gateway did not start: " + errors);
            }
            try {
                return health().statusCode() == 200;
            } catch (UncheckedIOException _) {
                return false;
            }
        }

        HttpResponse<String> health() {
            try (var client = HttpClient.newHttpClient()) {
                return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))
                                .build(),
                        BodyHandlers.ofString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /// So many zeros, made as they are read.
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long size) {
            this.left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            int n = (int) Math.min(left, length);
            Arrays.fill(into, from, from + n, (byte) 0);
            left -= n;
            return n;
        }
    }
}

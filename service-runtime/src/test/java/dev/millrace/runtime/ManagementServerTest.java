package dev.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
    private static final ManagementConfig CONFIG = new ManagementConfig("127.0.0.1", 0, Duration.ofMillis(200));

    private final Metrics metrics = new Metrics("test");
    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger hangs = new AtomicInteger();
    private final HealthCheck good = new HealthCheck("store", () -> {});
    private final HealthCheck bad = new HealthCheck("queue", () -> {
        throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "no broker at 127.0.0.1:1");
    });
    private final HealthCheck hanging = new HealthCheck("slow", () -> {
        hangs.incrementAndGet();
        try {
            never.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    });

    @AfterEach
    void close() {
        never.countDown();
        client.shutdownNow();
        metrics.close();
    }

    @Test
    void isReadyWhenEveryCheckPasses() throws Exception {
        try (var server = server(good)) {
            HttpResponse<String> response = get(server, "/health/ready");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body())
                    .isEqualTo("{\"status\":\"UP\",\"checks\":[{\"name\":\"store\",\"status\":\"UP\"}]}");
        }
    }

    @Test
    void namesTheCauseOfEachCheckThatFails() throws Exception {
        try (var server = server(good, bad, hanging)) {
            HttpResponse<String> response = get(server, "/health/ready");

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body())
                    .contains("{\"name\":\"store\",\"status\":\"UP\"}")
                    .contains("{\"name\":\"queue\",\"status\":\"DOWN\",\"cause\":\"no broker at 127.0.0.1:1\"}")
                    .contains("{\"name\":\"slow\",\"status\":\"DOWN\",\"cause\":\"no answer within 200 ms\"}");
        }
    }

    @Test
    void startsACheckThatHangsOnlyOnce() throws Exception {
        try (var server = server(hanging)) {
            get(server, "/health/ready");
            get(server, "/health/ready");

            assertThat(hangs).hasValue(1);
        }
    }

    @Test
    void staysAliveAndIsNotReadyWhileItStops() throws Exception {
        try (var server = server(good)) {
            server.drain();

            assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
            assertThat(get(server, "/health/ready").body()).contains("\"cause\":\"stopping\"");
            assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void showsTheMetricsOfTheProcess() throws Exception {
        metrics.registry().counter("deliveries", "outcome", "completed").increment();
        try (var server = server(good)) {
            HttpResponse<String> response = get(server, "/metrics");

            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            assertThat(response.body())
                    .contains("deliveries_total{outcome=\"completed\",service=\"test\"} 1.0")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    void refusesWhatItDoesNotHave() throws Exception {
        try (var server = server(good)) {
            var post = HttpRequest.newBuilder(server.uri().resolve("/metrics"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();

            assertThat(get(server, "/").statusCode()).isEqualTo(404);
            assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void namesAPortThatIsInUse() {
        try (var server = server(good)) {
            var taken = new ManagementConfig("127.0.0.1", server.uri().getPort(), Duration.ofSeconds(1));

            assertThatThrownBy(() -> new ManagementServer(taken, metrics.registry(), List.of(), List.of()))
                    .hasMessageStartingWith("management.port: " + taken.port());
        }
    }

    private ManagementServer server(HealthCheck... ready) {
        return new ManagementServer(CONFIG, metrics.registry(), List.of(), List.of(ready));
    }

    private HttpResponse<String> get(ManagementServer server, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(server.uri().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }
}

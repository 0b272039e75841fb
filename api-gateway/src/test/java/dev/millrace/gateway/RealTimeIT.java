package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.LaneId;
import dev.millrace.testkit.SharedServers;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealTimeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MAX_CALLS = 40;
    private static TestGateway gateway;
    private static EndpointName endpoint;
    private static EndpointName silent;

    @BeforeAll
    static void start() {
        GatewayConfig config = TestGateway.config(Map.of(
                "gateway.max-real-time-calls",
                Integer.toString(MAX_CALLS),
                "gateway.real-time-patience",
                PATIENCE.toString()));
        gateway = new TestGateway(SharedServers.kafka(), SharedServers.store(), TestGateway.newBucket(), config);
        endpoint = gateway.endpoint(true);
        silent = gateway.endpoint(false);
        gateway.serve(endpoint, LaneId.Kind.REAL_TIME, new EchoWorker(gateway));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void answersWithWhatTheModelSaid() {
        HttpResponse<String> response = gateway.send(call(endpoint)
                .header("Content-Type", "text/csv")
                .header("X-Amzn-SageMaker-Custom-Attributes", "trace=1")
                .POST(BodyPublishers.ofString("1,2")));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("1,2");
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/csv");
        assertThat(response.headers().firstValue("x-Amzn-Invoked-Production-Variant"))
                .hasValue("AllTraffic");
        assertThat(response.headers().firstValue("X-Amzn-SageMaker-Custom-Attributes"))
                .hasValue("trace=1");
        assertThat(response.headers().firstValue("x-amzn-RequestId")).isPresent();
    }

    @Test
    void carriesLargeBodiesAndRepliesThroughTheStore() {
        byte[] body = new byte[5_000_000];
        new Random(1).nextBytes(body);
        body[0] = 0;

        HttpResponse<byte[]> response = gateway.http
                .sendAsync(call(endpoint).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray())
                .join();

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(body);
    }

    @Test
    void refusesABodyOverTheRealTimeLimit() {
        try (var connection = new RawHttp(gateway.port())) {
            connection.send("POST /endpoints/" + endpoint
                    + "/invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 30000000\r\n\r\n");

            assertThat(connection.response()).startsWith("HTTP/1.1 400").contains("ValidationError");
        }
    }

    @Test
    void tellsAModelsRefusalInTheApisWords() {
        HttpResponse<String> response = gateway.send(call(endpoint).POST(BodyPublishers.ofString("fail")));

        assertThat(response.statusCode()).isEqualTo(424);
        assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue("ModelError");
        assertThat(response.body())
                .contains(
                        "\"OriginalStatusCode\":415",
                        "\"OriginalMessage\":\"no such type\"",
                        "Received client error (415) from primary with message \\\"no such type\\\". See https://us-east-1"
                                + ".console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group="
                                + "/aws/sagemaker/Endpoints/" + endpoint
                                + " in account 000000000000 for more information.",
                        "\"LogStreamArn\":\"arn:aws:logs:us-east-1:000000000000:log-group:/aws/sagemaker/Endpoints/"
                                + endpoint + "\"");
    }

    @Test
    void answersBeforeTheCallersPatienceEnds() {
        long begun = System.nanoTime();

        HttpResponse<String> response = gateway.send(call(silent).POST(BodyPublishers.ofString("1")));

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(PATIENCE.minusMillis(200), PATIENCE.plusSeconds(2));
        assertThat(response.statusCode()).isEqualTo(424);
        assertThat(response.body())
                .contains(
                        "\"OriginalStatusCode\":0",
                        "Your invocation timed out while waiting for a response from container primary.");
        assertThat(inUse()).isZero();
    }

    @Test
    void freesThePlaceOfACallerThatGoes() {
        try (var connection = new RawHttp(gateway.port())) {
            connection.send(
                    "POST /endpoints/" + silent + "/invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(inUse()).isEqualTo(1));

            connection.reset();

            await().atMost(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(inUse()).isZero());
        }
    }

    @Test
    void refusesCallersBeyondItsBoundAndServesTheOthers() {
        var calls = IntStream.range(0, MAX_CALLS + 10)
                .mapToObj(_ -> gateway.http.sendAsync(
                        call(silent).POST(BodyPublishers.ofString("1")).build(), BodyHandlers.ofString()))
                .toList();

        var statuses = calls.stream()
                .map(CompletableFuture::join)
                .map(HttpResponse::statusCode)
                .toList();

        assertThat(statuses).filteredOn(status -> status == 429).hasSize(10);
        assertThat(statuses).filteredOn(status -> status == 424).hasSize(MAX_CALLS);
        assertThat(calls.stream()
                        .map(CompletableFuture::join)
                        .filter(response -> response.statusCode() == 429)
                        .map(response ->
                                response.headers().firstValue("Retry-After").orElse("")))
                .allMatch(after -> !after.isEmpty());
        assertThat(gateway.metrics
                        .counter("gateway.refused", "bound", "real-time calls")
                        .count())
                .isEqualTo(10);
    }

    @Test
    void servesManyCallersAtOnce() {
        var calls = IntStream.range(0, 30)
                .mapToObj(i -> gateway.http.sendAsync(
                        call(endpoint).POST(BodyPublishers.ofString("n" + i)).build(), BodyHandlers.ofString()))
                .toList();

        for (int i = 0; i < calls.size(); i++) {
            assertThat(calls.get(i).join().body()).isEqualTo("n" + i);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "X-Amzn-SageMaker-Target-Variant,TargetVariant",
        "X-Amzn-SageMaker-Target-Model,TargetModel",
        "X-Amzn-SageMaker-Target-Container-Hostname,TargetContainerHostname",
        "X-Amzn-SageMaker-Session-Id,SessionId",
        "X-Amzn-SageMaker-Enable-Explanations,EnableExplanations",
    })
    void refusesByNameWhatItDoesNotServe(String header, String member) {
        HttpResponse<String> response =
                gateway.send(call(endpoint).header(header, "other").POST(BodyPublishers.ofString("1")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue("ValidationError");
        assertThat(response.body()).contains(member);
    }

    @Test
    void servesTheVariantThatIsNamed() {
        HttpResponse<String> response = gateway.send(call(endpoint)
                .header("X-Amzn-SageMaker-Target-Variant", "AllTraffic")
                .POST(BodyPublishers.ofString("1")));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    private static HttpRequest.Builder call(EndpointName name) {
        return HttpRequest.newBuilder(gateway.uri("/endpoints/" + name + "/invocations"));
    }

    private static double inUse() {
        return Objects.requireNonNull(gateway.metrics
                        .find("gateway.in.use")
                        .tag("bound", "real-time calls")
                        .gauge())
                .value();
    }
}

package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.testkit.SharedServers;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bad requests get the API's own error, nothing is queued, nothing is left in the store, and good requests
/// go on.
class BadRequestIT {
    private static final int INLINE = 1_000;
    private static final int MAX_BODY = 1_000_000;
    private static TestGateway gateway;
    private static EndpointName endpoint;

    @BeforeAll
    static void start() {
        GatewayConfig config = TestGateway.config(Map.of(
                "payload.inline-bytes",
                Integer.toString(INLINE),
                "payload.async-bytes",
                Integer.toString(MAX_BODY),
                "payload.real-time-bytes",
                Integer.toString(MAX_BODY)));
        gateway = new TestGateway(SharedServers.kafka(), SharedServers.store(), TestGateway.newBucket(), config);
        endpoint = gateway.endpoint(true);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private long queuedBefore;

    @BeforeEach
    void countWhatIsQueued() {
        queuedBefore = queued();
    }

    private static long queued() {
        return Stream.of(LaneId.Kind.values())
                .mapToLong(kind -> gateway.lanes
                        .position(gateway.lane(endpoint, kind))
                        .orElseThrow()
                        .end())
                .sum();
    }

    @AfterEach
    void nothingIsQueuedOrLeft() {
        assertThat(queued()).isEqualTo(queuedBefore);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(gateway.store.list(gateway.objects.bucket(), PlatformObjects.PAYLOADS, ""))
                                .isEmpty());
        assertThat(gateway.get("/endpoints/" + endpoint + "/webhook-secret").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Bad Header: 1", // a space in a name
                "X-Nul: a\u0000b",
                "X-Cr: a\rb",
                ": no name",
                "X-Amzn-SageMaker-Custom-Attributes: caf\u00e9",
                "X-Amzn-SageMaker-Custom-Attributes: a\tb",
                "X-Amzn-SageMaker-Custom-Attributes: a\u007fb",
                "X-Amzn-SageMaker-Content-Type: a\r\nX-Amzn-SageMaker-Content-Type: b",
                "X-Amzn-SageMaker-Inference-Id: a\r\nX-Amzn-SageMaker-Inference-Id: b",
                "X-Amzn-SageMaker-Inference-Id: a\u0001b",
                "X-Amzn-SageMaker-Inference-Id: caf\u00e9",
                "Idempotency-Key: with space",
                "Idempotency-Key: caf\u00e9",
                "Expect: something-else",
                "X-Amzn-SageMaker-RequestTTLSeconds: 59",
                "X-Amzn-SageMaker-RequestTTLSeconds: 1e3",
                "X-Amzn-SageMaker-RequestTTLSeconds: 99999999999999999999",
                "X-Amzn-SageMaker-InvocationTimeoutSeconds: 0",
                "X-Amzn-SageMaker-InvocationTimeoutSeconds: -1",
                "X-Amzn-SageMaker-Filename: ../x",
                "X-Amzn-SageMaker-S3OutputPathExtension: a/../b",
                "X-Amzn-SageMaker-S3OutputPathExtension: /a",
                "X-Millrace-Result-Topic: millrace.events",
                "X-Millrace-Result-Topic: __consumer_offsets",
            })
    void refusesBadHeaders(String header) {
        String response =
                raw("POST " + path() + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\nContent-Length: 1\r\n\r\n1");

        refused(response, "400");
    }

    @Test
    void refusesTooManyAndTooLargeHeaders() {
        refused(
                raw("POST " + path() + " HTTP/1.1\r\nHost: x\r\n" + "X-A: 1\r\n".repeat(100)
                        + "Content-Length: 1\r\n\r\n1"),
                "400");
        refused(raw("POST " + path() + " HTTP/1.1\r\nHost: x\r\nX-A: " + "a".repeat(65_536) + "\r\n\r\n"), "431");
        refused(raw("POST /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"), "414");
        refused(
                raw("POST " + path() + " HTTP/1.1\r\nHost: x\r\nX-Amzn-SageMaker-Accept: " + "a".repeat(1_025)
                        + "\r\nContent-Length: 1\r\n\r\n1"),
                "400");
    }

    @Test
    void refusesLengthsThatContradict() {
        String post = "POST " + path() + " HTTP/1.1\r\nHost: x\r\n";
        refused(raw(post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n12"), "400");
        refused(raw(post + "Content-Length: -1\r\n\r\n"), "400");
        refused(raw(post + "Content-Length: 9223372036854775808\r\n\r\n"), "400");
        refused(raw(post + "Content-Length: 9223372036854775807\r\n\r\n"), "400");
        refused(raw(post + "Content-Length: 1, 1\r\n\r\n1"), "400");
        // The request has begun when its body turns out to be broken: the connection is closed.
        assertThat(raw(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n")).doesNotContain("202");
    }

    @Test
    void neverTakesOneRequestForTwo() {
        String response =
                raw("POST " + path() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked"
                        + "\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

        refused(response, "400");
    }

    @Test
    void dropsABodyThatIsShorterThanItsLength() {
        try (var small = new RawHttp(gateway.port());
                var large = new RawHttp(gateway.port());
                var unsized = new RawHttp(gateway.port())) {
            small.send("POST " + path() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123")
                    .endOutput();
            large.send("POST " + path() + " HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n")
                    .send(new byte[100_000])
                    .endOutput();
            unsized.send("POST " + path() + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .send("10000\r\n")
                    .send(new byte[0x10000])
                    .endOutput();

            assertThat(small.response()).doesNotContain("202");
            assertThat(large.response()).doesNotContain("202");
            assertThat(unsized.response()).doesNotContain("202");
        }
    }

    @Test
    void ignoresWhatFollowsTheLengthOfABody() {
        EndpointName other = gateway.endpoint(true);
        try (var connection = new RawHttp(gateway.port())) {
            connection.send("POST /endpoints/" + other
                    + "/async-invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n" + "\r\n123456\r\n\r\n");

            assertThat(connection.response()).startsWith("HTTP/1.1 202");
            assertThat(connection.response()).matches("(?s)HTTP/1.[01] 400 .*");
        }
        assertThat(gateway.lanes
                        .position(gateway.lane(other, LaneId.Kind.ASYNCHRONOUS))
                        .orElseThrow()
                        .end())
                .isEqualTo(1);
    }

    @Test
    void wantsExactlyOneOfLocationAndBody() {
        HttpResponse<String> both = gateway.send(gateway.async(endpoint)
                .header("X-Amzn-SageMaker-InputLocation", "s3://inputs/x")
                .POST(BodyPublishers.ofString("1")));
        HttpResponse<String> neither = gateway.send(gateway.async(endpoint).POST(BodyPublishers.noBody()));
        HttpResponse<String> empty = gateway.send(gateway.async(endpoint)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[0]))));

        for (HttpResponse<String> response : List.of(both, neither, empty)) {
            refused(response);
        }
    }

    @Test
    void refusesABodyOverTheLimitBeforeItIsSent() {
        try (var connection = new RawHttp(gateway.port())) {
            connection.send("POST " + path() + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                    + (MAX_BODY + 1) + "\r\n\r\n");

            refused(connection.response(), "400");
        }
    }

    @Test
    void stopsReadingABodyOfUnknownLengthAtTheLimit() {
        HttpResponse<String> slightlyOver = gateway.send(gateway.async(endpoint)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[MAX_BODY + 1]))));
        refused(slightlyOver);
        assertThat(slightlyOver.body()).contains("larger than the limit");

        try (var connection = new RawHttp(gateway.port())) {
            connection.send("POST " + path() + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                connection.send("10000\r\n").send(new byte[0x10000]).send("\r\n");
            }
            refused(connection.response(), "400");
            // It never ends: what is still sent is thrown away for a while, and then the connection is closed.
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "%2e%2e",
                "..%2f..%2fx",
                "a%2fb",
                "%252e",
                "a%5cb",
                "a%00b",
                "a.",
                "a%20",
                "-a",
                "CON.",
                "%c0%ae",
                "%e2%80%ae",
                "e%cc%81",
                "%zz",
                "%",
                "a%0d%0aX-Injected:1",
            })
    void refusesEndpointNamesOutsideTheGrammar(String name) {
        String response =
                raw("POST /endpoints/" + name + "/async-invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1");

        assertThat(response).matches("(?s)HTTP/1.1 (400|404) .*").doesNotContain("X-Injected");
        assertThat(raw("GET /endpoints/" + endpoint + "/async-invocations/" + name + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .matches("(?s)HTTP/1.1 (400|404) .*")
                .doesNotContain("X-Injected:1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://inputs/x",
                "https://inputs/x",
                "file:///etc/passwd",
                "jar:file:/x!/y",
                "gopher://x/1",
                "s3://",
                "s3://inputs",
                "s3://inputs/",
                "s3://a@b/c",
                "s3://127.0.0.1/c",
                "s3://UPPER/c",
                "s3://in..puts/c",
                "s3://inputs/../c",
                "s3://inputs/a//b",
                "s3://inputs/a/./b",
                "s3://xn--inputs/c",
                "s3://inputs:80/c",
                "s3://inputs/a\\b",
            })
    void refusesInputLocationsThatAreNoObjects(String location) {
        HttpResponse<String> response = gateway.send(gateway.async(endpoint)
                .header("X-Amzn-SageMaker-InputLocation", location)
                .POST(BodyPublishers.noBody()));

        refused(response);
    }

    @Test
    void refusesInputLocationsInThePlatformsBucket() {
        HttpResponse<String> response = gateway.send(gateway.async(endpoint)
                .header("X-Amzn-SageMaker-InputLocation", "s3://" + gateway.objects.bucket() + "/resources/x")
                .POST(BodyPublishers.noBody()));

        refused(response);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.com/",
                "file:///etc/passwd",
                "//example.com/",
                "example.com",
                "http://",
                "http:///x",
                "http://user:pw@example.com/",
                "http://a#@b/",
                "http://example.com/#x",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://127.1/",
                "http://0177.0.0.1/",
                "http://example.com:22/",
                "http://example.com:25/",
                "http://example.com:6379/",
                "http://example.com:99999/",
                "http://exa mple.com/",
                "http://example.com\\@evil.com/",
            })
    void refusesWebhookAddressesThatParsersReadDifferently(String url) {
        String response = raw("POST " + path() + " HTTP/1.1\r\nHost: x\r\nX-Millrace-Webhook-Url: " + url
                + "\r\nContent-Length: 1\r\n\r\n1");

        refused(response, "400");
    }

    @Test
    void refusesAWebhookAddressThatIsTooLong() {
        refused(gateway.send(gateway.async(endpoint)
                .header("X-Millrace-Webhook-Url", "http://example.com/" + "a".repeat(8_000))
                .POST(BodyPublishers.ofString("1"))));
    }

    @Test
    void refusesControlPlaneDocumentsThatParsersChokeOn() {
        for (String json : List.of(
                "[".repeat(100_000),
                "{\"ModelName\":" + "[".repeat(500) + "]".repeat(500) + "}",
                "{\"ModelName\":\"a\",\"ModelName\":\"b\"}",
                "{\"ModelName\":1" + "0".repeat(2_000) + "}",
                "{\"ModelName\":\"a\"} trailing",
                "// comment\n{}",
                "\u0000",
                "not json",
                "{\"ModelName\":\"" + "a".repeat((1 << 20) + 1) + "\"}")) {
            HttpResponse<String> response = gateway.send(HttpRequest.newBuilder(gateway.uri("/"))
                    .header("X-Amz-Target", "SageMaker.CreateModel")
                    .header("Content-Type", "application/x-amz-json-1.1")
                    .POST(BodyPublishers.ofString(json)));

            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(response.headers().firstValue("x-amzn-ErrorType")).isPresent();
            assertThat(response.body()).contains("\"message\"");
        }
    }

    @Test
    void saysWhatItDoesNotServe() {
        HttpResponse<String> operation = gateway.send(HttpRequest.newBuilder(gateway.uri("/"))
                .header("X-Amz-Target", "SageMaker.CreateNotebookInstance")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(operation.statusCode()).isEqualTo(400);
        assertThat(operation.body()).contains("UnknownOperationException");
        assertThat(gateway.get("/nothing").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/endpoints/" + endpoint + "/invocations").statusCode())
                .isEqualTo(405);
        HttpResponse<String> missing =
                gateway.send(gateway.async(new EndpointName("missing")).POST(BodyPublishers.ofString("1")));
        refused(missing);
        assertThat(missing.body()).contains("Endpoint missing of account 000000000000 not found.");
        EndpointName realTimeOnly = gateway.endpoint(false);
        refused(gateway.send(gateway.async(realTimeOnly).POST(BodyPublishers.ofString("1"))));
    }

    private static String path() {
        return "/endpoints/" + endpoint + "/async-invocations";
    }

    private static String raw(String request) {
        try (var connection = new RawHttp(gateway.port())) {
            return connection.send(request).response();
        }
    }

    private static void refused(String response, String status) {
        assertThat(response)
                .matches("(?s)HTTP/1.[01] " + status + " .*")
                .contains("x-amzn-RequestId")
                .contains("{");
    }

    private static void refused(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(response.headers().firstValue("x-amzn-ErrorType")).hasValue("ValidationError");
        assertThat(response.body()).contains("\"Message\"");
    }
}

package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.testkit.SharedServers;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AsyncInvocationIT {
    private static final Pattern INVOCATION_ID = Pattern.compile("\"InvocationId\":\"([^\"]+)\"");
    private static TestGateway gateway;
    private static EndpointName endpoint;
    private static EchoWorker worker;

    @BeforeAll
    static void start() {
        gateway = new TestGateway();
        endpoint = gateway.endpoint(true);
        worker = new EchoWorker(gateway);
        gateway.serve(endpoint, LaneId.Kind.ASYNCHRONOUS, worker);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void acceptsASmallBodyAndTellsWhereItsResultWillBe() throws Exception {
        HttpResponse<String> accepted = gateway.send(gateway.async(endpoint)
                .header("X-Amzn-SageMaker-Content-Type", "text/csv")
                .header("X-Amzn-SageMaker-Accept", "application/json")
                .header("X-Amzn-SageMaker-Custom-Attributes", "ca")
                .header("X-Amzn-SageMaker-Inference-Id", "my-id")
                .header("X-Amzn-SageMaker-RequestTTLSeconds", "3600")
                .header("X-Amzn-SageMaker-InvocationTimeoutSeconds", "900")
                .header("Content-Type", "ignored/type")
                .POST(BodyPublishers.ofString("1,2,3")));

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(accepted.headers().firstValue("x-amzn-RequestId")).isPresent();
        assertThat(accepted.headers().firstValue("Date")).isPresent();
        assertThat(accepted.body()).contains("\"InferenceId\":\"my-id\"");
        String id = id(accepted);
        assertThat(accepted.headers().firstValue("X-Amzn-SageMaker-OutputLocation"))
                .hasValue("s3://" + gateway.results + "/out/" + id + ".out");
        assertThat(accepted.headers().firstValue("X-Amzn-SageMaker-FailureLocation"))
                .hasValue("s3://" + gateway.results + "/fail/" + id + "-error.out");
        assertThat(finished(id).body()).contains("\"status\":\"Completed\"", "\"inferenceId\":\"my-id\"");
        InferenceRequest request = request(id);
        assertThat(request.contentType()).isEqualTo("text/csv");
        assertThat(request.accept()).isEqualTo("application/json");
        assertThat(request.customAttributes()).isEqualTo("ca");
        assertThat(request.invocationTimeout()).isEqualTo(Duration.ofMinutes(15));
        assertThat(Duration.between(request.acceptedAt(), request.expiresAt())).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void takesTheInputFromItsLocation() {
        ObjectLocation input = new ObjectLocation(gateway.results, "in/x.csv");
        gateway.store.put(input, Payload.ofUtf8("4,5"), ObjectAttributes.NONE, WriteCondition.ALWAYS);

        HttpResponse<String> accepted = gateway.send(gateway.async(endpoint)
                .header("X-Amzn-SageMaker-InputLocation", input.uri())
                .POST(BodyPublishers.noBody()));

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(finished(id(accepted)).body()).contains("\"status\":\"Completed\"", input.uri());
        assertThat(output(id(accepted))).isEqualTo("4,5");
    }

    @Test
    void storesALargeBodyOfKnownLengthBeforeItIsQueued() {
        byte[] body = randomText(3_000_000);

        String id = id(gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofByteArray(body))));

        assertThat(finished(id).body()).contains("\"status\":\"Completed\"");
        InferenceRequest request = request(id);
        assertThat(request.input())
                .isEqualTo(new InferenceInput.Stored(gateway.objects.input(request.invocationId()), true));
        assertThat(output(id)).isEqualTo(new String(body, StandardCharsets.US_ASCII));
    }

    @Test
    void storesABodyOfUnknownLengthInParts() {
        byte[] body = randomText(20_000_000);

        HttpResponse<String> accepted = gateway.send(
                gateway.async(endpoint).POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(finished(id(accepted)).body()).contains("\"status\":\"Completed\"");
        assertThat(output(id(accepted))).isEqualTo(new String(body, StandardCharsets.US_ASCII));
    }

    @Test
    void keepsASmallBodyOfUnknownLengthInTheRecord() {
        String id = id(gateway.send(gateway.async(endpoint)
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream("7,7".getBytes(StandardCharsets.US_ASCII))))));

        assertThat(finished(id).body()).contains("\"status\":\"Completed\"");
        assertThat(request(id).input()).isEqualTo(new InferenceInput.Inline(Payload.ofUtf8("7,7")));
    }

    @Test
    void waitsForPermissionToSendALargeBody() {
        byte[] body = randomText(1_000_000);

        HttpResponse<String> accepted =
                gateway.send(gateway.async(endpoint).expectContinue(true).POST(BodyPublishers.ofByteArray(body)));

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(finished(id(accepted)).body()).contains("\"status\":\"Completed\"");
    }

    @Test
    void holdsAStatusRequestUntilTheInvocationEnds() {
        EndpointName slow = gateway.endpoint(true);
        String id = id(gateway.send(gateway.async(slow).POST(BodyPublishers.ofString("1"))));
        String path = "/endpoints/" + slow + "/async-invocations/" + id;
        assertThat(gateway.get(path).body()).contains("\"status\":\"Queued\"");
        var waiting = gateway.http.sendAsync(
                HttpRequest.newBuilder(gateway.uri(path + "?wait=30")).build(), BodyHandlers.ofString());

        gateway.serve(slow, LaneId.Kind.ASYNCHRONOUS, new EchoWorker(gateway));

        assertThat(waiting.join().body())
                .contains("\"status\":\"Completed\"", "\"attempts\":1", "\"modelSeconds\":0.002");
        assertThat(gateway.get(path + "?wait=0").statusCode()).isEqualTo(200);
    }

    @Test
    void answersAWaitThatIsOverWithTheStatusOfNow() {
        EndpointName idle = gateway.endpoint(true);
        String id = id(gateway.send(gateway.async(idle).POST(BodyPublishers.ofString("1"))));

        long begun = System.nanoTime();
        HttpResponse<String> status = gateway.get("/endpoints/" + idle + "/async-invocations/" + id + "?wait=1");

        assertThat(status.body()).contains("\"status\":\"Queued\"");
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
    }

    @Test
    void redirectsToTheOutputOrStreamsIt() throws Exception {
        String id = id(gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofString("8,9"))));
        finished(id);

        HttpResponse<String> redirect = gateway.get(path(id) + "/output");

        assertThat(redirect.statusCode()).isEqualTo(307);
        URI location = URI.create(redirect.headers().firstValue("Location").orElseThrow());
        assertThat(gateway.send(HttpRequest.newBuilder(location)).body()).isEqualTo("8,9");
        HttpResponse<String> streamed = gateway.get(path(id) + "/output?stream=true");
        assertThat(streamed.body()).isEqualTo("8,9");
        assertThat(streamed.headers().firstValue("Content-Type")).hasValue("text/csv");
    }

    @Test
    void tellsWhyAnInvocationFailed() {
        String id = id(gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofString("fail"))));

        assertThat(finished(id).body())
                .contains(
                        "\"status\":\"Failed\"",
                        "\"failureCode\":\"MODEL_ERROR\"",
                        "\"failureMessage\":\"no such type\"");
        HttpResponse<String> output = gateway.get(path(id) + "/output");
        assertThat(output.statusCode()).isEqualTo(424);
        assertThat(output.body()).contains("MODEL_ERROR", "no such type");
        assertThat(output.headers().firstValue("X-Amzn-SageMaker-FailureLocation"))
                .isPresent();
    }

    @Test
    void tellsAnOutputThatIsNotThereYetFromOneThatIsGone() {
        EndpointName idle = gateway.endpoint(true);
        String queued = id(gateway.send(gateway.async(idle).POST(BodyPublishers.ofString("1"))));
        HttpResponse<String> early = gateway.get("/endpoints/" + idle + "/async-invocations/" + queued + "/output");
        assertThat(early.statusCode()).isEqualTo(404);
        assertThat(early.body()).contains("OUTPUT_NOT_FOUND");

        HttpResponse<String> accepted = gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofString("1")));
        finished(id(accepted));
        gateway.store.delete(ObjectLocation.parse(
                accepted.headers().firstValue("X-Amzn-SageMaker-OutputLocation").orElseThrow()));
        HttpResponse<String> gone = gateway.get(path(id(accepted)) + "/output");
        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(gone.body()).contains("OUTPUT_GONE");
    }

    @Test
    void findsTheLatestCallByInferenceId() {
        String first = id(gateway.send(inferenceId("twice")));
        String second = id(gateway.send(inferenceId("twice")));

        HttpResponse<String> status = gateway.get(path("twice") + "?wait=20");

        assertThat(status.body())
                .contains("\"invocationId\":\"" + second + "\"", "\"otherInvocationIds\":[\"" + first + "\"]");
        HttpResponse<String> unknown = gateway.get(path("0199c1e5-0000-7000-8000-000000000001"));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("INVOCATION_NOT_FOUND");
    }

    @Test
    void stillKnowsEveryInvocationAfterARestart() {
        String id = id(gateway.send(inferenceId("before-restart")));
        finished(id);

        try (var other = new TestGateway(
                SharedServers.kafka(), SharedServers.store(), gateway.objects.bucket(), TestGateway.CONFIG)) {
            assertThat(other.get(path(id)).body()).contains("\"status\":\"Completed\"");
            assertThat(other.get(path("before-restart")).body()).contains(id);
        }
    }

    @Test
    void findsWhatItsMemoryDroppedInTheEvents() {
        GatewayConfig small = TestGateway.config(Map.of("gateway.status-entries", "2"));
        String old = id(gateway.send(inferenceId("dropped")));
        finished(old);
        for (int i = 0; i < 5; i++) {
            finished(id(gateway.send(inferenceId("later-" + i))));
        }

        try (var other =
                new TestGateway(SharedServers.kafka(), SharedServers.store(), gateway.objects.bucket(), small)) {
            assertThat(other.get(path(old)).body()).contains("\"status\":\"Completed\"");
        }
    }

    @Test
    void repeatsTheAnswerOfAnIdempotencyKey() {
        HttpResponse<String> first = gateway.send(keyed("key-1", "1,1"));
        HttpResponse<String> second = gateway.send(keyed("key-1", "1,1"));
        HttpResponse<String> other = gateway.send(keyed("key-1", "2,2"));

        assertThat(second.statusCode()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().firstValue("X-Amzn-SageMaker-OutputLocation"))
                .isEqualTo(first.headers().firstValue("X-Amzn-SageMaker-OutputLocation"));
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.headers().firstValue("x-amzn-ErrorType")).hasValue("IdempotencyConflictException");
        finished(id(first));
        assertThat(worker.seen().stream()
                        .filter(request -> request.invocationId().toString().equals(id(first))))
                .hasSize(1);
    }

    @Test
    void storesALargeInputOnceForAnIdempotencyKey() {
        byte[] body = randomText(500_000);
        byte[] changed = body.clone();
        changed[0] ^= 1;

        HttpResponse<String> first = gateway.send(
                gateway.async(endpoint).header("Idempotency-Key", "large").POST(BodyPublishers.ofByteArray(body)));
        HttpResponse<String> repeat = gateway.send(gateway.async(endpoint)
                .header("Idempotency-Key", "large")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));
        HttpResponse<String> other = gateway.send(
                gateway.async(endpoint).header("Idempotency-Key", "large").POST(BodyPublishers.ofByteArray(changed)));

        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(gateway.store.list(gateway.objects.bucket(), PlatformObjects.PAYLOADS, ""))
                .filteredOn(object -> object.size() == 500_000)
                .singleElement()
                .satisfies(object -> assertThat(object.location().key()).contains(id(first)));
    }

    @Test
    void refusesCallsBeyondTheBacklogUntilSomeHaveEnded() {
        GatewayConfig small = TestGateway.config(Map.of("gateway.max-backlog", "3"));
        try (var other =
                new TestGateway(SharedServers.kafka(), SharedServers.store(), TestGateway.newBucket(), small)) {
            EndpointName busy = other.endpoint(true);
            for (int i = 0; i < 3; i++) {
                assertThat(other.send(other.async(busy).POST(BodyPublishers.ofString("1")))
                                .statusCode())
                        .isEqualTo(202);
            }
            HttpResponse<String> refused = other.send(other.async(busy).POST(BodyPublishers.ofString("1")));
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();

            other.serve(busy, LaneId.Kind.ASYNCHRONOUS, new EchoWorker(other));

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(other.send(other.async(busy).POST(BodyPublishers.ofString("1")))
                                    .statusCode())
                            .isEqualTo(202));
        }
    }

    @Test
    void wakesAGenerationThatHasNoWorkers() {
        EndpointName asleep = gateway.endpoint(true);
        var woken = new CopyOnWriteArrayList<String>();
        try (var following =
                gateway.feeds.wakeSignals().follow(new Feed.Start.Beginning(), (key, _) -> woken.add(key))) {
            gateway.send(gateway.async(asleep).POST(BodyPublishers.ofString("1")));

            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(woken).contains(asleep.value()));
            following.check();
        }
    }

    private static HttpRequest.Builder inferenceId(String id) {
        return gateway.async(endpoint)
                .header("X-Amzn-SageMaker-Inference-Id", id)
                .POST(BodyPublishers.ofString("1"));
    }

    private static HttpRequest.Builder keyed(String key, String body) {
        return gateway.async(endpoint).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body));
    }

    private static String path(String id) {
        return "/endpoints/" + endpoint + "/async-invocations/" + id;
    }

    private static HttpResponse<String> finished(String id) {
        return gateway.get(path(id) + "?wait=30");
    }

    private static String output(String id) {
        return gateway.get(path(id) + "/output?stream=true").body();
    }

    private static InferenceRequest request(String id) {
        return worker.seen().stream()
                .filter(request -> request.invocationId().toString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static String id(HttpResponse<String> accepted) {
        Matcher matcher = INVOCATION_ID.matcher(accepted.body());
        assertThat(matcher.find()).as(accepted.body()).isTrue();
        return matcher.group(1);
    }

    private static byte[] randomText(int size) {
        byte[] bytes = new byte[size];
        var random = new Random(size);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('0' + random.nextInt(10));
        }
        return bytes;
    }
}

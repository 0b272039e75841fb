package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.testkit.EmbeddedBroker;
import dev.millrace.testkit.EmbeddedStore;
import dev.millrace.testkit.HttpFault;
import dev.millrace.testkit.HttpFaultProxy;
import dev.millrace.testkit.ScratchFolder;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What callers see, and what is left, when the broker, the store or the caller goes.
class FaultIT {
    private static final Pattern INVOCATION_ID = Pattern.compile("\"InvocationId\":\"([^\"]+)\"");
    private static ScratchFolder folder;
    private static EmbeddedBroker broker;
    private static EmbeddedStore embeddedStore;
    private static HttpFaultProxy store;
    private static TestGateway gateway;
    private EndpointName endpoint;

    @BeforeAll
    static void start() {
        folder = new ScratchFolder("gateway-faults");
        broker = new EmbeddedBroker(folder.path().resolve("broker")).start();
        embeddedStore = new EmbeddedStore(folder.path().resolve("store")).start();
        store = new HttpFaultProxy(embeddedStore.port());
        gateway = new TestGateway(
                broker.bootstrapServers(),
                embeddedStore.access().at(store.uri()),
                TestGateway.newBucket(),
                TestGateway.CONFIG);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        store.close();
        embeddedStore.close();
        broker.close();
        folder.close();
    }

    @BeforeEach
    void newEndpoint() {
        endpoint = gateway.endpoint(true);
    }

    @AfterEach
    void heal() {
        store.heal();
        payloads().forEach(object -> gateway.store.delete(object.location()));
    }

    @Test
    void refusesCallsWhileTheBrokerIsAwayAndTakesThemWhenItIsBack() {
        assertThat(post("1").statusCode()).isEqualTo(202);
        broker.stop();
        try {
            long begun = System.nanoTime();
            HttpResponse<String> refused = post("2");

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.headers().firstValue("x-amzn-ErrorType")).hasValue("ServiceUnavailable");
        } finally {
            broker.start();
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(post("3").statusCode()).isEqualTo(202));
    }

    @Test
    void runsACallOnceThatFailedBetweenItsClaimAndItsRecord() {
        byte[] body = new byte[300_000];
        assertThat(post("warm").statusCode()).isEqualTo(202);
        broker.stop();
        HttpResponse<String> lost;
        try {
            lost = keyed("r-07", body);
        } finally {
            broker.start();
        }
        assertThat(lost.statusCode()).isEqualTo(503);

        String id = await().atMost(Duration.ofSeconds(30))
                .until(() -> keyed("r-07", body), response -> response.statusCode() == 202)
                .body();

        var worker = new EchoWorker(gateway);
        gateway.serve(endpoint, LaneId.Kind.ASYNCHRONOUS, worker);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(worker.seen())
                        .filteredOn(InferenceRequest::isRepeat)
                        .isNotEmpty()
                        .allSatisfy(request ->
                                assertThat(request.invocationId().toString()).isEqualTo(id(id))));
        assertThat(payloads())
                .singleElement()
                .satisfies(object -> assertThat(object.location().key()).contains(id(id)));
        assertThat(keyed("r-07", body).body()).isEqualTo(id);
    }

    @Test
    void repeatsTheAnswerWhenOnlyTheMarkOfTheFirstTryIsMissing() {
        // The claim is written by the first PUT under claims/, the mark by the second.
        store.inject(claimPutAfterTheFirst(), 10, new HttpFault.Status(503));
        HttpResponse<String> first = keyed("r-08", new byte[10]);
        assertThat(first.statusCode()).isEqualTo(202);
        store.heal();

        HttpResponse<String> repeat = keyed("r-08", new byte[10]);

        assertThat(repeat.body()).isEqualTo(first.body());
        var worker = new EchoWorker(gateway);
        gateway.serve(endpoint, LaneId.Kind.ASYNCHRONOUS, worker);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(worker.seen()).hasSize(2));
        assertThat(worker.seen().stream().map(InferenceRequest::invocationId).distinct())
                .hasSize(1);
        assertThat(worker.seen().stream().map(InferenceRequest::isRepeat)).containsExactlyInAnyOrder(false, true);
    }

    @Test
    void refusesAnUploadThatTheStoreDoesNotTakeAndLeavesNothing() {
        store.inject(request -> request.method().equals("PUT"), 100, new HttpFault.Status(503));
        for (HttpRequest.BodyPublisher body : List.of(
                BodyPublishers.ofByteArray(new byte[1_000_000]),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[10_000_000])))) {
            HttpResponse<String> refused = gateway.send(gateway.async(endpoint).POST(body));

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        }
        store.heal();
        assertThat(payloads()).isEmpty();
        assertThat(queued()).isZero();
        assertThat(gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofByteArray(new byte[1_000_000])))
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void refusesAChangeOfAResourceThatTheStoreDoesNotAnswer() {
        String name = TestGateway.newName();
        store.inject(HttpFaultProxy.Request.of("PUT", "/resources/model/"), 100, new HttpFault.Hang());

        HttpResponse<String> refused = createModel(name);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("\"__type\":\"ServiceUnavailable\"");
        assertThat(store.count(HttpFaultProxy.Request.of("PUT", "/resources/model/" + name)))
                .isEqualTo(1);
        store.heal();
        assertThat(createModel(name).statusCode()).isEqualTo(200);
    }

    @Test
    void saysThatTheStoreIsFull() {
        store.inject(request -> request.method().equals("PUT"), 1, new HttpFault.Status(507));

        HttpResponse<String> refused =
                gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofByteArray(new byte[1_000_000])));

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("no room");
        assertThat(queued()).isZero();
    }

    @Test
    void sendsAPartAgainThatTheStoreDropped() {
        store.inject(
                request -> request.method().equals("PUT") && request.target().contains("partNumber=2"),
                1,
                new HttpFault.DropRequest());

        HttpResponse<String> accepted = gateway.send(gateway.async(endpoint)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[20_000_000]))));

        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        assertThat(payloads()).singleElement().extracting(ObjectInfo::size).isEqualTo(20_000_000L);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 50, 99})
    void forgetsAnUploadWhoseCallerDies(int percent) {
        int size = 4_000_000;
        try (var connection = new RawHttp(gateway.port())) {
            connection
                    .send("POST /endpoints/" + endpoint + "/async-invocations HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + size + "\r\n\r\n")
                    .send(new byte[size / 100 * percent]);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(uploads()).isEqualTo(1));
            connection.reset();
        }

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(uploads()).isZero());
        assertThat(payloads()).isEmpty();
        assertThat(queued()).isZero();
    }

    @Test
    void finishesRequestsUnderWayWhenItStops() {
        var stopping = new TestGateway(
                broker.bootstrapServers(), embeddedStore.access(), gateway.objects.bucket(), TestGateway.CONFIG);
        String path = "/endpoints/" + endpoint + "/async-invocations";
        var upload = new RawHttp(stopping.port());
        upload.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
                .send(new byte[500_000]);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(stopping.metrics
                                .get("gateway.in.use")
                                .tag("bound", "uploads")
                                .gauge()
                                .value())
                        .isEqualTo(1));
        try (upload) {
            Thread closing = Thread.startVirtualThread(stopping::close);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                try (var late = new RawHttp(stopping.port())) {
                    assertThat(late.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
                                    .response())
                            .startsWith("HTTP/1.1 503");
                }
            });

            upload.send(new byte[500_000]);

            assertThat(upload.response()).startsWith("HTTP/1.1 202");
            await().atMost(Duration.ofSeconds(15)).until(() -> !closing.isAlive());
        }
    }

    private static Predicate<HttpFaultProxy.Request> claimPutAfterTheFirst() {
        int[] seen = {0};
        return request -> request.method().equals("PUT") && request.target().contains("/claims/") && seen[0]++ > 0;
    }

    private static HttpResponse<String> createModel(String name) {
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/"))
                .header("X-Amz-Target", "SageMaker.CreateModel")
                .POST(BodyPublishers.ofString(
                        "{\"ModelName\":\"" + name + "\",\"PrimaryContainer\":{\"Image\":\"onnx\"}}")));
    }

    private HttpResponse<String> post(String body) {
        return gateway.send(gateway.async(endpoint).POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> keyed(String key, byte[] body) {
        return gateway.send(
                gateway.async(endpoint).header("Idempotency-Key", key).POST(BodyPublishers.ofByteArray(body)));
    }

    private long queued() {
        return gateway.lanes
                .position(gateway.lane(endpoint, LaneId.Kind.ASYNCHRONOUS))
                .orElseThrow()
                .end();
    }

    private static double uploads() {
        return gateway.metrics
                .get("gateway.in.use")
                .tag("bound", "uploads")
                .gauge()
                .value();
    }

    private static List<ObjectInfo> payloads() {
        return gateway.store.list(gateway.objects.bucket(), PlatformObjects.PAYLOADS, "");
    }

    private static String id(String body) {
        Matcher matcher = INVOCATION_ID.matcher(body);
        assertThat(matcher.find()).as(body).isTrue();
        return matcher.group(1);
    }
}

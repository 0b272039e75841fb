package dev.millrace.gateway;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaRequestQueue;
import dev.millrace.testkit.SharedServers;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Prints how long the gateway takes to accept a call of 4 KB and to answer a real-time call whose model does
/// nothing, with the Vert.x Kafka client and with the plain one. A program, not a test: its numbers depend on
/// the
/// machine.
final class AcceptMeasurement {
    private static final Logger LOGGER = LoggerFactory.getLogger(AcceptMeasurement.class);
    private static final Duration WARM_UP = Duration.ofSeconds(6);
    private static final Duration RUN = Duration.ofSeconds(6);
    private static final byte[] BODY = "x".repeat(4096).getBytes(StandardCharsets.US_ASCII);

    private final TestGateway gateway;
    private final String client;

    private AcceptMeasurement(TestGateway gateway, String client) {
        this.gateway = gateway;
        this.client = client;
    }

    public static void main(String[] arguments) {
        try (var gateway = new TestGateway()) {
            new AcceptMeasurement(gateway, "vertx").run();
        }
        try (var kafka = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()));
                var gateway = new TestGateway(
                        SharedServers.kafka(),
                        SharedServers.store(),
                        TestGateway.newBucket(),
                        TestGateway.CONFIG,
                        (_, _) -> new KafkaRequestQueue(kafka))) {
            new AcceptMeasurement(gateway, "plain").run();
        }
    }

    private void run() {
        EndpointName endpoint = gateway.endpoint(true);
        gateway.serve(endpoint, LaneId.Kind.REAL_TIME, this::reply);
        Supplier<HttpRequest> accept = () ->
                gateway.async(endpoint).POST(BodyPublishers.ofByteArray(BODY)).build();
        Supplier<HttpRequest> invoke =
                () -> HttpRequest.newBuilder(gateway.uri("/endpoints/" + endpoint + "/invocations"))
                        .POST(BodyPublishers.ofByteArray(BODY))
                        .build();
        Supplier<HttpRequest> nothing =
                () -> HttpRequest.newBuilder(gateway.uri("/nothing")).build();
        time("not found", nothing, 1, 404);
        time("accept", accept, 1, 202);
        time("accept", accept, 16, 202);
        time("real-time", invoke, 1, 200);
        time("real-time", invoke, 32, 200);
    }

    private void reply(AcquiredRequest acquired) {
        var body = new InferenceInput.Inline(Payload.ofUtf8("1"));
        var reply = new Reply.Success(acquired.request().invocationId(), body, "text/csv", null, Duration.ZERO);
        if (acquired.request().delivery() instanceof Delivery.RealTime realTime) {
            var _ = gateway.replies.send(realTime.replyTo(), reply);
        }
        acquired.acknowledge(new Outcome.Completed());
    }

    private void time(String what, Supplier<HttpRequest> request, int connections, int status) {
        loop(request, connections, status, WARM_UP);
        long[] nanos = loop(request, connections, status, RUN);
        Arrays.sort(nanos);
        LOGGER.atInfo()
                .addKeyValue("what", what)
                .addKeyValue("client", client)
                .addKeyValue("connections", connections)
                .addKeyValue("p50Micros", nanos[nanos.length / 2] / 1_000)
                .addKeyValue("p99Micros", nanos[nanos.length * 99 / 100] / 1_000)
                .addKeyValue("perSecond", nanos.length / RUN.toSeconds())
                .log("measured");
    }

    private long[] loop(Supplier<HttpRequest> request, int connections, int status, Duration time) {
        var times = new ConcurrentLinkedQueue<Long>();
        long end = System.nanoTime() + time.toNanos();
        var threads = IntStream.range(0, connections)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    while (System.nanoTime() < end) {
                        long begun = System.nanoTime();
                        try {
                            int actual = gateway.http
                                    .send(request.get(), BodyHandlers.discarding())
                                    .statusCode();
                            if (actual != status) {
                                throw new IllegalStateException("status " + actual);
                            }
                        } catch (IOException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        times.add(System.nanoTime() - begun);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return times.stream().mapToLong(Long::longValue).toArray();
    }
}

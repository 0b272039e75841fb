package dev.millrace.queue;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Prints how long a request takes from enqueue to reply, and how many records a lane carries, with handlers
/// that do
/// nothing. A program, not a test: its numbers depend on the machine.
final class LaneMeasurement {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneMeasurement.class);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration RUN = Duration.ofSeconds(5);

    private final KafkaLaneAdmin lanes;
    private final KafkaRequestQueue queue;
    private final KafkaRequestConsumers consumers;
    private final KafkaReplies replies;

    private LaneMeasurement(KafkaConnection connection) {
        this.lanes = new KafkaLaneAdmin(connection);
        this.queue = new KafkaRequestQueue(connection);
        this.consumers = new KafkaRequestConsumers(connection);
        this.replies = new KafkaReplies(connection);
    }

    public static void main(String[] arguments) throws Exception {
        try (var connection = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()))) {
            connection.ensureTopics();
            var measurement = new LaneMeasurement(connection);
            measurement.firstRecord();
            measurement.hop();
            for (int inFlight : List.of(1, 16, 32)) {
                measurement.roundTrip(inFlight, 1, 8);
            }
            measurement.roundTrip(32, 2, 8);
            for (int maxHeld : List.of(8, 32)) {
                for (int members : List.of(1, 2, 4)) {
                    measurement.drain(members, maxHeld);
                }
            }
        }
        Runtime.getRuntime().exit(0);
    }

    private void firstRecord() throws InterruptedException {
        long[] millis = new long[9];
        for (int i = 0; i < millis.length; i++) {
            LaneId lane = Requests.lane();
            lanes.create(List.of(lane));
            queue.enqueue(lane, Requests.asynchronous("x"))
                    .toCompletableFuture()
                    .join();
            var taken = new CountDownLatch(1);
            long start = System.nanoTime();
            try (var _ = consumers.open(lane, 8, request -> {
                request.acknowledge(new Outcome.Completed());
                taken.countDown();
            })) {
                taken.await();
                millis[i] = (System.nanoTime() - start) / 1_000_000;
            }
        }
        Arrays.sort(millis);
        LOGGER.atInfo()
                .addKeyValue("medianMs", millis[4])
                .addKeyValue("worstMs", millis[8])
                .log("first record");
    }

    /// The floor: one record through the broker and back, with no lane.
    private void hop() throws InterruptedException {
        var nanos = new ConcurrentLinkedQueue<Long>();
        var slot = new Semaphore(0);
        try (var receiver = replies.receive("gw-" + Requests.id(), _ -> slot.release())) {
            long end = System.nanoTime() + RUN.toNanos();
            var body = new InferenceInput.Inline(Payload.of(new byte[256]));
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                replies.send(
                        receiver.address(), new Reply.Success(Requests.id(), body, "text/plain", null, Duration.ZERO));
                slot.acquire();
                nanos.add(System.nanoTime() - start);
            }
        }
        report("one hop", 1, 0, 0, nanos);
    }

    private void roundTrip(int inFlight, int members, int maxHeld) throws InterruptedException {
        LaneId lane = Requests.lane();
        lanes.create(List.of(lane));
        Map<InvocationId, Long> started = new ConcurrentHashMap<>();
        var nanos = new ConcurrentLinkedQueue<Long>();
        var slots = new Semaphore(inFlight);
        try (var receiver = replies.receive("gw-" + Requests.id(), reply -> {
            Long start = started.remove(reply.invocationId());
            if (start != null) {
                nanos.add(System.nanoTime() - start);
                slots.release();
            }
        })) {
            var opened = open(lane, members, maxHeld, request -> {
                InvocationId id = request.request().invocationId();
                var body = new InferenceInput.Inline(Payload.of(new byte[256]));
                replies.send(receiver.address(), new Reply.Success(id, body, "text/plain", null, Duration.ZERO))
                        .whenComplete((_, _) -> request.acknowledge(new Outcome.Completed()));
            });
            long warm = System.nanoTime() + WARM_UP.toNanos();
            long end = warm + RUN.toNanos();
            boolean isWarm = false;
            while (System.nanoTime() < end) {
                if (!isWarm && System.nanoTime() > warm) {
                    isWarm = true;
                    nanos.clear();
                }
                slots.acquire();
                InferenceRequest request = realTime(receiver.address());
                started.put(request.invocationId(), System.nanoTime());
                queue.enqueue(lane, request);
            }
            slots.acquire(inFlight);
            report("round trip", inFlight, members, maxHeld, nanos);
            for (RequestConsumer consumer : opened) {
                consumer.close();
            }
        }
    }

    private void drain(int members, int maxHeld) throws InterruptedException {
        int count = 40_000;
        LaneId lane = Requests.lane();
        lanes.create(List.of(lane));
        var sent = new CountDownLatch(count);
        var window = new Semaphore(5_000);
        for (int i = 0; i < count; i++) {
            window.acquire();
            queue.enqueue(lane, Requests.asynchronous(new InferenceInput.Inline(Payload.of(new byte[256]))))
                    .whenComplete((_, _) -> {
                        window.release();
                        sent.countDown();
                    });
        }
        sent.await();
        var done = new CountDownLatch(count);
        var deliveries = new LongAdder();
        long start = System.nanoTime();
        var opened = open(lane, members, maxHeld, request -> {
            deliveries.add(request.deliveryCount());
            request.acknowledge(new Outcome.Completed());
            done.countDown();
        });
        done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        LOGGER.atInfo()
                .addKeyValue("consumers", members)
                .addKeyValue("maxHeld", maxHeld)
                .addKeyValue("perSecond", Math.round(count / seconds))
                .addKeyValue("deliveries", deliveries.sum())
                .log("drain of " + count);
        opened.forEach(RequestConsumer::close);
    }

    private List<RequestConsumer> open(LaneId lane, int members, int maxHeld, RequestConsumer.Listener listener) {
        var opened = new ArrayList<RequestConsumer>();
        for (int i = 0; i < members; i++) {
            opened.add(consumers.open(lane, maxHeld, listener));
        }
        return opened;
    }

    private static InferenceRequest realTime(ReplyAddress address) {
        InferenceRequest request = Requests.asynchronous(new InferenceInput.Inline(Payload.of(new byte[256])));
        return new InferenceRequest(
                request.invocationId(),
                request.inferenceId(),
                request.endpoint(),
                request.variant(),
                request.input(),
                request.contentType(),
                null,
                null,
                request.acceptedAt(),
                request.expiresAt(),
                request.invocationTimeout(),
                new Delivery.RealTime(address),
                false,
                null);
    }

    private static void report(
            String what, int inFlight, int members, int maxHeld, ConcurrentLinkedQueue<Long> measured) {
        long[] nanos = measured.stream().mapToLong(Long::longValue).sorted().toArray();
        LOGGER.atInfo()
                .addKeyValue("inFlight", inFlight)
                .addKeyValue("consumers", members)
                .addKeyValue("maxHeld", maxHeld)
                .addKeyValue("p50Ms", nanos[nanos.length / 2] / 1e6)
                .addKeyValue("p99Ms", nanos[nanos.length * 99 / 100] / 1e6)
                .addKeyValue("perSecond", Math.round(nanos.length / (double) RUN.toSeconds()))
                .log(what);
    }
}

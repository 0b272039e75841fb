package dev.millrace.worker;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.Replies;
import dev.millrace.runtime.Backoff;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A worker among fakes, with everything it left behind.
final class WorkerFixture implements AutoCloseable {
    static final BucketName BUCKET = new BucketName("results");
    static final BucketName PLATFORM = new BucketName("millrace");
    static final EndpointName ENDPOINT = new EndpointName("digits");
    static final GenerationId GENERATION = new GenerationId("g1");
    static final LaneId REAL_TIME = new LaneId(ENDPOINT, GENERATION, LaneId.Kind.REAL_TIME, 0);
    static final LaneId ASYNCHRONOUS = new LaneId(ENDPOINT, GENERATION, LaneId.Kind.ASYNCHRONOUS, 0);

    final InstantSource clock = InstantSource.system();
    final Random random = new Random(1);
    final FakeObjectStore store = new FakeObjectStore(clock, BUCKET, PLATFORM);
    final FakeFeed<InvocationEvent> feed = new FakeFeed<>(clock);
    final List<InvocationEvent> events = new CopyOnWriteArrayList<>();
    final List<Reply> replies = new CopyOnWriteArrayList<>();
    final List<WorkerState> states = new CopyOnWriteArrayList<>();
    final List<String> stuck = new CopyOnWriteArrayList<>();
    final FakeLanes lanes = new FakeLanes();
    final ScriptedRunner runner = new ScriptedRunner(2);
    final Worker worker;

    WorkerFixture() {
        this(UnaryOperator.identity());
    }

    WorkerFixture(UnaryOperator<WorkerConfig> change) {
        var _ = feed.follow(new Feed.Start.Beginning(), (_, event) -> events.add(event));
        worker = new Worker(spec(), change.apply(config(0)), ports(), runner, clock, random, states::add, stuck::add);
        worker.start();
    }

    static WorkerConfig config(int crashes) {
        return new WorkerConfig(
                new PlatformObjects(PLATFORM),
                new PayloadLimits(1_000, 100_000, 10_000),
                Path.of("unused"),
                1 << 20,
                4_096,
                Duration.ofMillis(300),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)),
                crashes);
    }

    static WorkerSpec spec() {
        return new WorkerSpec(
                "w1",
                "h1",
                ENDPOINT,
                new VariantName("AllTraffic"),
                GENERATION,
                List.of(REAL_TIME, ASYNCHRONOUS),
                null,
                "image",
                Map.of(),
                16,
                2,
                512,
                false,
                true);
    }

    WorkerPorts ports() {
        return new WorkerPorts(store, lanes, feed, new Replies() {
            @Override
            public CompletionStage<Void> send(ReplyAddress to, Reply reply) {
                replies.add(reply);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public Receiver receive(String gatewayId, Consumer<Reply> listener) {
                throw new UnsupportedOperationException("workers send only");
            }

            @Override
            public void close() {}
        });
    }

    /// Gives the worker the record of a first delivery.
    FakeAcquired give(InferenceRequest request) {
        return give(request, 1);
    }

    FakeAcquired give(InferenceRequest request, int deliveryCount) {
        LaneId lane = request.delivery() instanceof Delivery.RealTime ? REAL_TIME : ASYNCHRONOUS;
        var record = new FakeAcquired(lane, request, deliveryCount);
        org.awaitility.Awaitility.await().until(() -> !lanes.acquiring(lane).isEmpty());
        lanes.give(record);
        return record;
    }

    InferenceRequest asynchronous(String script) {
        return asynchronous(new InferenceInput.Inline(Payload.ofUtf8(script)), "text/plain");
    }

    InferenceRequest asynchronous(InferenceInput input, String contentType) {
        InvocationId id = InvocationId.create(clock, random);
        return request(
                id,
                input,
                contentType,
                new Delivery.Asynchronous(output(id), failure(id), null, null),
                Duration.ofSeconds(10),
                clock.instant().plusSeconds(60));
    }

    InferenceRequest realTime(String script, Instant expiresAt) {
        InvocationId id = InvocationId.create(clock, random);
        return request(
                id,
                new InferenceInput.Inline(Payload.ofUtf8(script)),
                "text/plain",
                new Delivery.RealTime(new ReplyAddress("g1", 0)),
                Duration.ofSeconds(10),
                expiresAt);
    }

    InferenceRequest request(
            InvocationId id,
            InferenceInput input,
            String contentType,
            Delivery delivery,
            Duration timeout,
            Instant expiresAt) {
        return new InferenceRequest(
                id,
                new InferenceId(id.toString()),
                ENDPOINT,
                new VariantName("AllTraffic"),
                input,
                contentType,
                null,
                null,
                clock.instant(),
                expiresAt,
                timeout,
                delivery,
                false,
                null);
    }

    static InferenceRequest withLimits(InferenceRequest of, Duration timeout, Instant expiresAt) {
        return new InferenceRequest(
                of.invocationId(),
                of.inferenceId(),
                of.endpoint(),
                of.variant(),
                of.input(),
                of.contentType(),
                of.accept(),
                of.customAttributes(),
                of.acceptedAt(),
                expiresAt,
                timeout,
                of.delivery(),
                of.isRepeat(),
                of.traceParent());
    }

    static ObjectLocation output(InvocationId id) {
        return new ObjectLocation(BUCKET, "out/" + id + ".out");
    }

    static ObjectLocation failure(InvocationId id) {
        return new ObjectLocation(BUCKET, "out/" + id + "-error.out");
    }

    /// The text of an object, or an empty text when there is none.
    String text(ObjectLocation at) {
        return store.get(at, 1 << 20).map(object -> object.body().utf8()).orElse("");
    }

    /// The terminal events of the invocation.
    List<InvocationEvent.Terminal> ends(InferenceRequest request) {
        return events.stream()
                .filter(event -> event.invocationId().equals(request.invocationId()))
                .filter(InvocationEvent.Terminal.class::isInstance)
                .map(InvocationEvent.Terminal.class::cast)
                .toList();
    }

    @Override
    public void close() {
        worker.close();
        runner.close();
    }
}

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
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaLaneAdmin;
import dev.millrace.queue.KafkaRequestQueue;
import dev.millrace.runtime.Secret;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// One queue on a real broker with a real store beside it, and everyone but the worker: who sends requests
/// and reads
/// events.
final class Flow implements AutoCloseable {
    static final BucketName BUCKET = new BucketName("worker-results");
    static final BucketName PLATFORM = new BucketName("millrace");
    static final VariantName VARIANT = new VariantName("AllTraffic");

    final InstantSource clock = InstantSource.system();
    final Random random = new Random();
    final EndpointName endpoint =
            new EndpointName("e-" + UUID.randomUUID().toString().substring(0, 13));
    final GenerationId generation = new GenerationId("g1");
    final List<LaneId> lanes = LaneId.initial(endpoint, generation);
    final StoreAccess storeAccess;
    final KafkaConfig kafka;
    final KafkaConnection connection;
    final S3ObjectStore store;
    final KafkaRequestQueue queue;
    final KafkaLaneAdmin admin;
    private final Feed.Subscription following;
    private final Map<InvocationId, List<InvocationEvent>> events = new ConcurrentHashMap<>();

    Flow() {
        this(SharedServers.store());
    }

    /// @param storeAccess what the workers are given; this side always goes to the store itself
    Flow(StoreAccess storeAccess) {
        this.storeAccess = storeAccess;
        this.kafka = KafkaConfig.of(SharedServers.kafka()).withAcquisitionLock(Duration.ofSeconds(6));
        this.connection = new KafkaConnection(kafka);
        this.store = store(SharedServers.store());
        this.queue = new KafkaRequestQueue(connection);
        this.admin = new KafkaLaneAdmin(connection);
        connection.ensureTopics();
        store.ensureBucket(BUCKET);
        store.ensureBucket(PLATFORM);
        admin.create(lanes);
        following = new KafkaFeeds(connection).events().follow(new Feed.Start.End(), (_, event) -> {
            if (event != null) {
                events.computeIfAbsent(event.invocationId(), _ -> new CopyOnWriteArrayList<>())
                        .add(event);
            }
        });
        following.caughtUp().toCompletableFuture().join();
    }

    S3ObjectStore store(StoreAccess access) {
        return new S3ObjectStore(s3(access), PLATFORM, clock, random);
    }

    static S3Config s3(StoreAccess access) {
        return new S3Config(
                access.endpoint(),
                access.endpoint(),
                access.region(),
                access.accessKey(),
                new Secret(access.secretKey()));
    }

    /// The settings of a worker process of this flow.
    Map<String, String> workerSettings() {
        return Map.of(
                "kafka.bootstrap-servers", kafka.bootstrapServers(),
                "s3.endpoint", storeAccess.endpoint().toString(),
                "s3.region", storeAccess.region(),
                "s3.access-key", storeAccess.accessKey(),
                "s3.secret-key", storeAccess.secretKey());
    }

    WorkerSpec spec(String workerId, @Nullable ObjectLocation modelData) {
        return new WorkerSpec(
                workerId,
                "h1",
                endpoint,
                VARIANT,
                generation,
                lanes,
                modelData,
                "scripted",
                Map.of(),
                64,
                2,
                512,
                false,
                false);
    }

    ObjectLocation put(String key, Payload body, @Nullable String contentType) {
        var at = new ObjectLocation(BUCKET, endpoint + "/" + key);
        var _ = store.put(at, body, new ObjectAttributes(contentType, null), WriteCondition.ALWAYS);
        return at;
    }

    InferenceRequest request(String script) {
        return request(new InferenceInput.Inline(Payload.ofUtf8(script)), "text/plain", null);
    }

    InferenceRequest request(InferenceInput input, String contentType, @Nullable String accept) {
        InvocationId id = InvocationId.create(clock, random);
        return request(
                id,
                input,
                contentType,
                accept,
                new Delivery.Asynchronous(output(id), failure(id), null, null),
                clock.instant().plusSeconds(600));
    }

    InferenceRequest request(
            InvocationId id,
            InferenceInput input,
            String contentType,
            @Nullable String accept,
            Delivery delivery,
            Instant expiresAt) {
        return new InferenceRequest(
                id,
                new InferenceId(id.toString()),
                endpoint,
                VARIANT,
                input,
                contentType,
                accept,
                null,
                clock.instant(),
                expiresAt,
                Duration.ofSeconds(60),
                delivery,
                false,
                null);
    }

    InferenceRequest send(InferenceRequest request) {
        queue.enqueue(lane(request), request).toCompletableFuture().join();
        return request;
    }

    LaneId lane(InferenceRequest request) {
        return lanes.get(request.delivery() instanceof Delivery.RealTime ? 0 : 1);
    }

    ObjectLocation output(InvocationId id) {
        return new ObjectLocation(BUCKET, endpoint + "/out/" + id + ".out");
    }

    ObjectLocation failure(InvocationId id) {
        return new ObjectLocation(BUCKET, endpoint + "/out/" + id + "-error.out");
    }

    /// The text of an object, or an empty text when there is none.
    String text(ObjectLocation at) {
        return store.get(at, 1 << 20).map(object -> object.body().utf8()).orElse("");
    }

    List<InvocationEvent> events(InferenceRequest request) {
        return events.getOrDefault(request.invocationId(), List.of());
    }

    /// The terminal events of the invocation, in their order.
    List<InvocationEvent.Terminal> ends(InferenceRequest request) {
        return events(request).stream()
                .filter(InvocationEvent.Terminal.class::isInstance)
                .map(InvocationEvent.Terminal.class::cast)
                .toList();
    }

    /// Records that wait or are being run, on all lanes.
    long backlog() {
        return lanes.stream()
                .mapToLong(lane -> admin.position(lane).orElseThrow().backlog())
                .sum();
    }

    @Override
    public void close() {
        following.close();
        admin.close();
        queue.close();
        store.close();
        connection.close();
    }
}

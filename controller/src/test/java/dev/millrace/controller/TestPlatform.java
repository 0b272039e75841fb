package dev.millrace.controller;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InstanceTypes;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.RequestConsumers;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.Monitoring;
import dev.millrace.monitoring.MonitoringConfig;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaLaneAdmin;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.queue.KafkaRequestConsumers;
import dev.millrace.queue.KafkaRequestQueue;
import dev.millrace.queue.Topics;
import dev.millrace.runtime.Secret;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Everything around the controller, on a real broker and a real store: the API's control plane, a
/// queue and a view of the events.
final class TestPlatform implements AutoCloseable {
    static final ControlPlaneConfig CONTROL_PLANE = new ControlPlaneConfig(
            "us-east-1", "000000000000", new BucketName("controller-it"), 4, false, 10_000, InstanceTypes.common());

    private final InstantSource clock = InstantSource.system();
    private final RandomGenerator random = new SecureRandom();
    private final KafkaConnection kafka = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()));
    private final KafkaFeeds feeds = new KafkaFeeds(kafka);
    private final KafkaLaneAdmin lanes = new KafkaLaneAdmin(kafka);
    private final KafkaRequestConsumers consumers = new KafkaRequestConsumers(kafka);
    private final KafkaRequestQueue queue = new KafkaRequestQueue(kafka);
    private final KafkaReplies replies = new KafkaReplies(kafka);
    private final S3ObjectStore store;
    private final ResourceCatalog catalog;
    private final Monitoring monitoring;
    private final ControlPlaneOperations operations;
    private final PlatformObjects objects = new PlatformObjects(CONTROL_PLANE.platformBucket());
    private final Map<InvocationId, InvocationEvent.Terminal> ends = new ConcurrentHashMap<>();
    private final Feed.Subscription events;

    TestPlatform() {
        StoreAccess access = SharedServers.store();
        store = new S3ObjectStore(
                new S3Config(
                        access.endpoint(),
                        access.endpoint(),
                        access.region(),
                        access.accessKey(),
                        new Secret(access.secretKey())),
                CONTROL_PLANE.platformBucket(),
                clock,
                random);
        store.ensureBucket(CONTROL_PLANE.platformBucket());
        kafka.ensureTopics();
        catalog = openCatalog();
        monitoring = new Monitoring(
                MonitoringConfig.DEFAULT,
                feeds.feed(Topics.METRICS, MetricBatch.CODEC),
                store,
                objects,
                clock,
                new SimpleMeterRegistry());
        operations = new ControlPlaneOperations(catalog, CONTROL_PLANE, clock, random);
        events = feeds.events().follow(new Feed.Start.End(), (_, event) -> {
            if (event instanceof InvocationEvent.Terminal terminal) {
                ends.putIfAbsent(terminal.invocationId(), terminal);
            }
        });
    }

    ResourceCatalog openCatalog() {
        ResourceCatalog opened = ResourceCatalog.open(
                store, new PlatformObjects(CONTROL_PLANE.platformBucket()), feeds.resources(), clock);
        if (!opened.awaitLoaded(Duration.ofSeconds(30))) {
            throw new IllegalStateException("the catalog was not loaded");
        }
        return opened;
    }

    /// A controller with a catalog of its own, as in a process of its own; not started.
    RunningController controller(ControllerConfig config) {
        return new RunningController(this, config);
    }

    ControllerPorts ports(ResourceCatalog own) {
        return new ControllerPorts(
                own,
                lanes,
                consumers,
                feeds.placements(),
                feeds.hosts(),
                feeds.wakeSignals(),
                feeds.deadLetters(),
                feeds.events(),
                replies,
                store,
                monitoring,
                feeds.owedDeliveries());
    }

    Controller create(ControllerConfig config, ResourceCatalog own) {
        return new Controller(config, ports(own), new SimpleMeterRegistry(), clock, random);
    }

    void createModel(String name) {
        call("CreateModel", """
            {"ModelName":"%s","ExecutionRoleArn":"arn:aws:iam::000000000000:role/any",
             "PrimaryContainer":{"Image":"any/image:1","ModelDataUrl":"s3://models/%s/model.tar.gz"}}\
            """.formatted(name, name));
    }

    void createConfig(String name, String model, int initialCount) {
        call("CreateEndpointConfig", """
            {"EndpointConfigName":"%s",
             "ProductionVariants":[{"VariantName":"AllTraffic","ModelName":"%s","InstanceType":"ml.m5.large",
               "InitialInstanceCount":%d}],
             "AsyncInferenceConfig":{"OutputConfig":{}}}\
            """.formatted(name, model, initialCount));
    }

    /// An endpoint with a model and a config of its own name, which are made at the first time.
    void createEndpoint(EndpointName name) {
        if (catalog.find(ResourceKind.MODEL, name.value()).isEmpty()) {
            createModel(name.value());
            createConfig(name.value(), name.value(), 1);
        }
        call("CreateEndpoint", """
            {"EndpointName":"%s","EndpointConfigName":"%s"}\
            """.formatted(name, name));
    }

    /// An update to a new model of that name.
    void updateEndpoint(EndpointName name, String model) {
        createModel(model);
        createConfig(model, model, 1);
        call("UpdateEndpoint", """
            {"EndpointName":"%s","EndpointConfigName":"%s"}\
            """.formatted(name, model));
    }

    void deleteEndpoint(EndpointName name) {
        call("DeleteEndpoint", """
            {"EndpointName":"%s"}\
            """.formatted(name));
    }

    void call(String operation, String request) {
        var _ = operations.call(operation, ControlPlaneJson.parse(request.getBytes(StandardCharsets.UTF_8)));
    }

    Optional<EndpointResource> endpoint(EndpointName name) {
        return catalog.find(ResourceKind.ENDPOINT, name.value());
    }

    /// The generation that takes calls.
    Generation serving(EndpointName name) {
        return Objects.requireNonNull(endpoint(name).orElseThrow().serving(), "serving");
    }

    /// An asynchronous request on the serving generation's queue.
    InferenceRequest enqueue(EndpointName name, String body) {
        return enqueue(name, LaneId.Kind.ASYNCHRONOUS, body, null);
    }

    InferenceRequest enqueue(EndpointName name, LaneId.Kind kind, String body, Delivery.@Nullable RealTime realTime) {
        return enqueue(name, kind, body, realTime, Duration.ofHours(6));
    }

    InferenceRequest enqueue(
            EndpointName name,
            LaneId.Kind kind,
            String body,
            Delivery.@Nullable RealTime realTime,
            Duration requestTtl) {
        InvocationId id = InvocationId.create(clock, random);
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var request = new InferenceRequest(
                id,
                new InferenceId(id.toString()),
                name,
                new VariantName("AllTraffic"),
                new InferenceInput.Inline(Payload.ofUtf8(body)),
                "text/plain",
                null,
                null,
                now,
                now.plus(requestTtl),
                Duration.ofMinutes(15),
                realTime == null
                        ? new Delivery.Asynchronous(objects.output(name, id), objects.failure(name, id), null, null)
                        : realTime,
                false,
                null);
        LaneId lane = serving(name).lanes().stream()
                .filter(each -> each.kind() == kind)
                .reduce((_, last) -> last)
                .orElseThrow();
        Stages.await(queue.enqueue(lane, request));
        return request;
    }

    /// What a worker does that answers.
    void complete(AcquiredRequest acquired) {
        InferenceRequest request = acquired.request();
        if (request.delivery() instanceof Delivery.Asynchronous) {
            var event = new InvocationEvent.Completed(
                    InvocationSummary.of(request),
                    Instant.now(),
                    acquired.deliveryCount(),
                    "text/plain",
                    0,
                    new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO),
                    null);
            Stages.await(feeds.events().publish(request.invocationId().toString(), event));
        }
        acquired.acknowledge(new Outcome.Completed());
    }

    /// The first terminal event.
    Optional<InvocationEvent.Terminal> end(InferenceRequest request) {
        return Optional.ofNullable(ends.get(request.invocationId()));
    }

    ResourceCatalog catalog() {
        return catalog;
    }

    KafkaFeeds feeds() {
        return feeds;
    }

    KafkaLaneAdmin lanes() {
        return lanes;
    }

    RequestConsumers consumers() {
        return consumers;
    }

    KafkaReplies replies() {
        return replies;
    }

    S3ObjectStore store() {
        return store;
    }

    PlatformObjects objects() {
        return objects;
    }

    @Override
    public void close() {
        events.close();
        monitoring.close();
        catalog.close();
        queue.close();
        replies.close();
        lanes.close();
        kafka.close();
        store.close();
    }
}

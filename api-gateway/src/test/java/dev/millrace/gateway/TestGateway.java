package dev.millrace.gateway;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.gateway.kafka.VertxRequestQueue;
import dev.millrace.gateway.sns.SnsApi;
import dev.millrace.identity.AccessKey;
import dev.millrace.identity.BearerTokens;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.Replies;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.Monitoring;
import dev.millrace.monitoring.MonitoringConfig;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaLaneAdmin;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.queue.KafkaRequestConsumers;
import dev.millrace.queue.Topics;
import dev.millrace.runtime.Secret;
import dev.millrace.runtime.Settings;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.storage.S3UploadSigner;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A real gateway on a real broker and store, with what a test needs of the rest of the platform: it
/// brings endpoints into service as the controller would.
final class TestGateway implements AutoCloseable {
    static final GatewayConfig CONFIG = config(Map.of());

    final PlatformObjects objects;
    final BucketName results;
    final S3ObjectStore store;
    final ResourceCatalog catalog;
    final KafkaLaneAdmin lanes;
    final KafkaFeeds feeds;
    final Replies replies;
    final MeterRegistry metrics = new SimpleMeterRegistry();
    final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final KafkaConnection kafka;
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();
    private final Gateway gateway;
    private final @Nullable AccessKey root;

    TestGateway() {
        this(SharedServers.kafka(), SharedServers.store(), newBucket(), CONFIG);
    }

    TestGateway(String kafkaServers, StoreAccess access, BucketName platform, GatewayConfig config) {
        this(
                kafkaServers,
                access,
                platform,
                config,
                (vertx, sends) -> new VertxRequestQueue(vertx, kafkaServers, sends));
    }

    TestGateway(
            String kafkaServers,
            StoreAccess access,
            BucketName platform,
            GatewayConfig config,
            GatewayParts.QueueOpener queue) {
        this.root = config.authentication().root();
        InstantSource clock = InstantSource.system();
        var random = new SecureRandom();
        var s3 = new S3Config(
                access.endpoint(),
                access.endpoint(),
                access.region(),
                access.accessKey(),
                new Secret(access.secretKey()));
        this.objects = new PlatformObjects(platform);
        this.results = new BucketName(platform + "-results");
        this.store = closing(new S3ObjectStore(s3, platform, clock, random));
        this.kafka = closing(new KafkaConnection(KafkaConfig.of(kafkaServers)));
        kafka.ensureTopics();
        store.ensureBucket(platform);
        store.ensureBucket(results);
        this.feeds = new KafkaFeeds(kafka);
        this.lanes = closing(new KafkaLaneAdmin(kafka));
        this.catalog = closing(ResourceCatalog.open(store, objects, feeds.resources(), clock));
        catalog.awaitLoaded(Duration.ofSeconds(10));
        this.replies = closing(new KafkaReplies(kafka));
        ControlPlaneConfig defaults = ControlPlaneConfig.DEFAULT;
        var controlPlane = new ControlPlaneConfig(
                defaults.region(),
                defaults.account(),
                platform,
                defaults.defaultMaxInstances(),
                defaults.isInitialCountKeptWarm(),
                defaults.maxPerKind(),
                defaults.instanceTypes());
        var monitoring = closing(new Monitoring(
                MonitoringConfig.DEFAULT,
                feeds.feed(Topics.METRICS, MetricBatch.CODEC),
                store,
                objects,
                clock,
                metrics));
        var services = new ArrayList<>(new ControlPlaneOperations(catalog, controlPlane, clock, random).services());
        services.add(monitoring.operations(catalog, controlPlane));
        this.gateway = closing(new Gateway(
                config,
                new GatewayParts(
                        objects,
                        store,
                        closing(new S3UploadSigner(s3, clock, random)),
                        queue,
                        feeds.events(),
                        feeds.placements(),
                        feeds.wakeSignals(),
                        replies,
                        catalog,
                        services,
                        monitoring.recorder(),
                        controlPlane.arns(),
                        List.of(SnsApi.create(catalog, controlPlane, feeds.owedDeliveries(), clock, random))),
                clock,
                random,
                metrics));
        gateway.start();
    }

    /// The defaults with these settings, on a free port.
    static GatewayConfig config(Map<String, String> settings) {
        return GatewayConfig.from(new Settings(settings, Map.of())).at("127.0.0.1", 0);
    }

    static BucketName newBucket() {
        return new BucketName("gw-" + UUID.randomUUID().toString().substring(0, 13));
    }

    static String newName() {
        return "e-" + UUID.randomUUID().toString().substring(0, 13);
    }

    Gateway gateway() {
        return gateway;
    }

    int port() {
        return gateway.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /// An endpoint in service, made through the API.
    ///
    /// @return its name
    EndpointName endpoint(boolean isAsynchronous) {
        return endpoint(isAsynchronous, "[]");
    }

    /// @param tags of its config, as JSON
    EndpointName endpoint(boolean isAsynchronous, String tags) {
        String name = newName();
        control("CreateModel", """
            {"ModelName":"%s","ExecutionRoleArn":"arn:aws:iam::000000000000:role/r",
             "PrimaryContainer":{"Image":"onnx","ModelDataUrl":"s3://models/model.onnx"}}\
            """.formatted(name));
        String async = isAsynchronous
                ? ",\"AsyncInferenceConfig\":{\"OutputConfig\":{\"S3OutputPath\":\"s3://%s/out/\",\"S3FailurePath\":\"s3://%s/fail\"}}"
                        .formatted(results, results)
                : "";
        control("CreateEndpointConfig", """
            {"EndpointConfigName":"%s","ProductionVariants":[{"VariantName":"AllTraffic","ModelName":"%s",
             "InstanceType":"ml.m5.large","InitialInstanceCount":1}],"Tags":%s%s}\
            """.formatted(name, name, tags, async));
        control("CreateEndpoint", "{\"EndpointName\":\"%s\",\"EndpointConfigName\":\"%s\"}".formatted(name, name));
        var endpoint = new EndpointName(name);
        EndpointResource created = catalog.load(ResourceKind.ENDPOINT, name).orElseThrow();
        var pending = created.pending();
        if (pending == null) {
            throw new IllegalStateException("endpoint " + name + " has no pending generation");
        }
        var queue = LaneId.initial(endpoint, pending.id());
        lanes.create(queue);
        catalog.update(
                ResourceKind.ENDPOINT,
                name,
                resource -> resource.withGeneration(pending.id(), generation -> generation.withLanes(queue))
                        .promoted(Instant.now()));
        return endpoint;
    }

    /// An endpoint that hosts inference components, with one in service on it that nobody has started a copy of.
    ///
    /// @return the component; its generation's lanes are there
    InferenceComponentResource component() {
        String name = newName();
        control("CreateModel", """
                {"ModelName":"%s","PrimaryContainer":{"Image":"onnx","ModelDataUrl":"s3://models/model.onnx"}}
                """.formatted(name));
        control("CreateEndpointConfig", """
                {"EndpointConfigName":"%s","ExecutionRoleArn":"arn:aws:iam::000000000000:role/r",
                 "ProductionVariants":[{"VariantName":"AllTraffic","InstanceType":"ml.m5.large",
                 "InitialInstanceCount":1}]}""".formatted(name));
        control("CreateEndpoint", "{\"EndpointName\":\"%s\",\"EndpointConfigName\":\"%s\"}".formatted(name, name));
        catalog.update(ResourceKind.ENDPOINT, name, endpoint -> endpoint.promoted(Instant.now()));
        control("CreateInferenceComponent", """
                {"InferenceComponentName":"%s","EndpointName":"%s","VariantName":"AllTraffic","Specification":
                 {"ModelName":"%s","ComputeResourceRequirements":{"MinMemoryRequiredInMb":512}},
                 "RuntimeConfig":{"CopyCount":1}}""".formatted(name, name, name));
        InferenceComponentResource component = catalog.update(
                        ResourceKind.INFERENCE_COMPONENT, name, each -> each.promoted(Instant.now()))
                .orElseThrow();
        lanes.create(Objects.requireNonNull(component.serving()).lanes());
        return component;
    }

    LaneId lane(EndpointName endpoint, LaneId.Kind kind) {
        return Objects.requireNonNull(catalog.find(ResourceKind.ENDPOINT, endpoint.value())
                        .orElseThrow()
                        .serving())
                .lanes()
                .stream()
                .filter(lane -> lane.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    /// Takes what is queued on the endpoint's lane, one virtual thread per request, until the gateway
    /// is closed.
    void serve(EndpointName endpoint, LaneId.Kind kind, Consumer<AcquiredRequest> worker) {
        serve(lane(endpoint, kind), worker);
    }

    void serve(LaneId lane, Consumer<AcquiredRequest> worker) {
        RequestConsumer consumer = new KafkaRequestConsumers(kafka)
                .open(lane, 32, request -> Thread.startVirtualThread(() -> worker.accept(request)));
        closing.push(consumer);
    }

    Feed<InvocationEvent> events() {
        return feeds.events();
    }

    Feed<OwedDelivery> owed() {
        return feeds.owedDeliveries();
    }

    HttpResponse<String> control(String operation, String json) {
        HttpResponse<String> response = send(authorized(HttpRequest.newBuilder(uri("/")))
                .header("X-Amz-Target", "SageMaker." + operation)
                .header("Content-Type", "application/x-amz-json-1.1")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
        if (response.statusCode() != 200) {
            throw new IllegalStateException(operation + ": " + response.body());
        }
        return response;
    }

    /// As the administrator of the settings, if there is one.
    HttpRequest.Builder authorized(HttpRequest.Builder request) {
        return root == null
                ? request
                : request.header("Authorization", "Bearer " + BearerTokens.of(root.id(), root.secret()));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder async(EndpointName endpoint) {
        return HttpRequest.newBuilder(uri("/endpoints/" + endpoint + "/async-invocations"));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    private <T extends AutoCloseable> T closing(T part) {
        closing.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!closing.isEmpty()) {
            try {
                closing.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

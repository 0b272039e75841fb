package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.DeletedEndpointResource;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.InstanceTypes;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.controlplane.topic.TopicOperations;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.VariantName;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaRecordSender;
import dev.millrace.runtime.Secret;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import dev.millrace.testkit.WebhookReceiver;
import dev.millrace.testkit.WebhookReceiver.Answer;
import dev.millrace.testkit.WebhookReceiver.Received;
import dev.millrace.testkit.contract.Requests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is owed for the calls of an endpoint is delivered after its deletion, too.
class DeletedEndpointIT {
    private static final ControlPlaneConfig CONTROL_PLANE = new ControlPlaneConfig(
            "us-east-1", "000000000000", new BucketName("notifier-it"), 4, false, 10_000, InstanceTypes.common());
    private static final NotifierConfig CONFIG = new NotifierConfig(
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            20,
            16,
            8,
            List.of("127.0.0.0/8"),
            URI.create("http://127.0.0.1:8080"),
            "us-east-1");

    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final EndpointName name = Requests.endpoint();
    private final WebhookReceiver receiver = new WebhookReceiver();
    private final KafkaConnection kafka = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()));
    private final KafkaFeeds feeds = new KafkaFeeds(kafka);
    private final PlatformObjects objects = new PlatformObjects(CONTROL_PLANE.platformBucket());
    private final S3ObjectStore store = store();
    private final ResourceCatalog catalog = ResourceCatalog.open(store, objects, feeds.resources(), clock);
    private final ControlPlaneOperations operations = new ControlPlaneOperations(catalog, CONTROL_PLANE, clock, random);
    private final TopicOperations topics = new TopicOperations(catalog, CONTROL_PLANE, clock, random);
    private final Notifier notifier = new Notifier(
            CONFIG,
            catalog,
            store,
            feeds.events(),
            feeds.owedDeliveries(),
            new KafkaRecordSender(kafka),
            KafkaFeeds::partitionOf,
            new SimpleMeterRegistry(),
            clock);

    @BeforeEach
    void start() {
        store.ensureBucket(CONTROL_PLANE.platformBucket());
        kafka.ensureTopics();
        assertThat(catalog.awaitLoaded(Duration.ofSeconds(30))).isTrue();
        notifier.start();
    }

    @AfterEach
    void close() {
        notifier.close();
        catalog.close();
        store.close();
        kafka.close();
        receiver.close();
    }

    @Test
    void deliversWhatWasOwedBeforeTheDeletionWithTheSecretOfThatEndpoint() {
        receiver.answer(Answer.of(503));
        EndpointResource first = createEndpoint();
        publish(failed(Instant.now()));
        eventually().untilAsserted(() -> assertThat(hooks()).isNotEmpty());

        delete(first);
        EndpointResource second = createEndpoint();
        int before = hooks().size();
        receiver.answer(Answer.of(200));

        eventually().untilAsserted(() -> assertThat(hooks()).hasSizeGreaterThan(before));
        Received delivered = hooks().getLast();
        assertSigned(delivered, first.webhookSecret());
        assertThat(second.webhookSecret()).isNotEqualTo(first.webhookSecret());
        assertThat(hooks()).extracting(each -> each.header("webhook-id")).containsOnly(delivered.header("webhook-id"));
    }

    @Test
    void tellsOfAnEndThatIsReadAfterTheDeletion() {
        String topic = topics.createTopic("t-" + name, Map.of(), Map.of()).arn();
        String token = topics.subscribe(topic, "http", receiver.url("/sns").toString(), Map.of())
                .token();
        var _ = topics.confirmSubscription(topic, Objects.requireNonNull(token, "token"));
        EndpointResource endpoint = createEndpoint(topic);
        InvocationEvent.Failed event = failed(Instant.now());
        delete(endpoint);

        publish(event);

        eventually().untilAsserted(() -> {
            assertThat(hooks()).hasSize(1);
            assertThat(receiver.received("/sns")).hasSize(1);
        });
        assertSigned(hooks().getFirst(), endpoint.webhookSecret());
        assertThat(receiver.received("/sns").getFirst().text())
                .contains(event.invocationId().toString());
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30));
    }

    private List<Received> hooks() {
        return receiver.received("/hook");
    }

    private static void assertSigned(Received delivery, Secret secret) {
        HttpHeaders headers = HttpHeaders.of(
                delivery.headers().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue()))),
                (_, _) -> true);
        assertThatNoException().isThrownBy(() -> new Webhook(secret.value()).verify(delivery.text(), headers));
    }

    private EndpointResource createEndpoint() {
        return create("");
    }

    private EndpointResource createEndpoint(String errorTopic) {
        return create("\"NotificationConfig\":{\"ErrorTopic\":\"" + errorTopic + "\"}");
    }

    private EndpointResource create(String outputConfig) {
        if (catalog.find(ResourceKind.MODEL, name.value()).isEmpty()) {
            call("CreateModel", """
                    {"ModelName":"%s","ExecutionRoleArn":"arn:aws:iam::000000000000:role/any",
                     "PrimaryContainer":{"Image":"any/image:1","ModelDataUrl":"s3://models/model.tar.gz"}}""".formatted(name));
            call("CreateEndpointConfig", """
                    {"EndpointConfigName":"%s",
                     "ProductionVariants":[{"VariantName":"AllTraffic","ModelName":"%s","InstanceType":"ml.m5.large",
                       "InitialInstanceCount":1}],
                     "AsyncInferenceConfig":{"OutputConfig":{%s}}}""".formatted(name, name, outputConfig));
        }
        call("CreateEndpoint", """
                {"EndpointName":"%s","EndpointConfigName":"%s"}""".formatted(name, name));
        return catalog.find(ResourceKind.ENDPOINT, name.value()).orElseThrow();
    }

    /// As the controller does.
    private void delete(EndpointResource endpoint) {
        var _ = catalog.create(
                ResourceKind.DELETED_ENDPOINT,
                DeletedEndpointResource.of(endpoint, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
        assertThat(catalog.delete(ResourceKind.ENDPOINT, endpoint.name())).isTrue();
    }

    private void call(String operation, String request) {
        var _ = operations.call(operation, ControlPlaneJson.parse(request.getBytes(StandardCharsets.UTF_8)));
    }

    private InvocationEvent.Failed failed(Instant acceptedAt) {
        InvocationId id = Requests.id();
        var summary = new InvocationSummary(
                id,
                new InferenceId(id.toString()),
                name,
                new VariantName("AllTraffic"),
                null,
                objects.output(name, id),
                objects.failure(name, id),
                "text/plain",
                null,
                receiver.url("/hook").toString(),
                null,
                acceptedAt.truncatedTo(ChronoUnit.MILLIS));
        return new InvocationEvent.Failed(summary, Instant.now(), 1, ErrorCode.MODEL_ERROR, "not this one");
    }

    private void publish(InvocationEvent event) {
        feeds.events()
                .publish(event.invocationId().toString(), event)
                .toCompletableFuture()
                .join();
    }

    private S3ObjectStore store() {
        StoreAccess access = SharedServers.store();
        return new S3ObjectStore(
                new S3Config(
                        access.endpoint(),
                        access.endpoint(),
                        access.region(),
                        access.accessKey(),
                        new Secret(access.secretKey())),
                CONTROL_PLANE.platformBucket(),
                clock,
                random);
    }
}

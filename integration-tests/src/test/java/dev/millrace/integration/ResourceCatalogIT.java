package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.runtime.Secret;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.node.ObjectNode;

/// Two processes' catalogs on a real store and a real broker.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResourceCatalogIT {
    private static final ResourceKind<TopicResource> TOPIC = ResourceKind.TOPIC;
    /// Well below the interval of the repairing list, so that only an announcement can be as fast.
    private static final Duration SOON = Duration.ofSeconds(10);

    private final BucketName bucket =
            new BucketName("millrace-" + UUID.randomUUID().toString().substring(0, 8));
    private final InstantSource clock = InstantSource.system();
    private S3ObjectStore store;
    private KafkaConnection connection;
    private ResourceCatalog catalog;
    private ResourceCatalog other;

    @BeforeAll
    void open() {
        StoreAccess access = SharedServers.store();
        var config = new S3Config(
                access.endpoint(),
                access.endpoint(),
                access.region(),
                access.accessKey(),
                new Secret(access.secretKey()));
        store = new S3ObjectStore(config, bucket, clock, new SecureRandom());
        store.ensureBucket(bucket);
        connection = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()));
        connection.ensureTopics();
        catalog = openCatalog();
        other = openCatalog();
    }

    @AfterAll
    void close() {
        other.close();
        catalog.close();
        connection.close();
        store.close();
    }

    @Test
    void showsEveryChangeToTheOtherProcessAtOnce() {
        TopicResource created = catalog.create(TOPIC, topic("seen"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(other.find(TOPIC, "seen")).contains(created));

        catalog.update(TOPIC, "seen", ResourceCatalogIT::counted);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(count(other.find(TOPIC, "seen").orElseThrow()))
                        .isEqualTo(1));

        catalog.delete(TOPIC, "seen");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(other.find(TOPIC, "seen")).isEmpty());

        TopicResource again = catalog.create(TOPIC, topic("seen"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(other.find(TOPIC, "seen")).contains(again));
        catalog.check();
        other.check();
    }

    @Test
    void losesNoChangeOfManyWriters() throws Exception {
        catalog.create(TOPIC, topic("counter"));
        var writers = new ArrayList<Callable<Void>>();
        for (int writer = 0; writer < 6; writer++) {
            ResourceCatalog one = writer % 2 == 0 ? catalog : other;
            writers.add(() -> {
                for (int i = 0; i < 10; i++) {
                    one.update(TOPIC, "counter", ResourceCatalogIT::counted);
                }
                return null;
            });
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(writers)) {
                done.get();
            }
        }

        assertThat(count(other.load(TOPIC, "counter").orElseThrow())).isEqualTo(60);
    }

    @Test
    void letsOneOfManyCreatorsWin() throws Exception {
        var creators = new ArrayList<Callable<Boolean>>();
        for (int creator = 0; creator < 8; creator++) {
            ResourceCatalog one = creator % 2 == 0 ? catalog : other;
            TopicResource mine = topic("raced", Map.of("creator", Integer.toString(creator)));
            creators.add(() -> {
                try {
                    one.create(TOPIC, mine);
                    return true;
                } catch (PlatformException _) {
                    return false;
                }
            });
        }

        List<Boolean> won = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(creators)) {
                won.add(done.get());
            }
        }

        assertThat(won).containsOnlyOnce(true);
    }

    @Test
    void carriesAnEndpointFromOneProcessToTheOther() {
        var config = new ControlPlaneConfig(
                "us-east-1", "000000000000", bucket, 4, false, 1000, ControlPlaneConfig.DEFAULT.instanceTypes());
        var operations = new ControlPlaneOperations(catalog, config, clock, new SecureRandom());
        operations.call("CreateModel", json("""
                {"ModelName":"m","PrimaryContainer":{"Image":"repo/onnx:1","ModelDataUrl":"s3://models/m.onnx"}}"""));
        operations.call("CreateEndpointConfig", json("""
                {"EndpointConfigName":"c","ProductionVariants":[{"VariantName":"v","ModelName":"m",
                 "InstanceType":"ml.c5.large","InitialInstanceCount":1}],
                 "AsyncInferenceConfig":{"OutputConfig":{"S3OutputPath":"s3://results/m"}}}"""));
        operations.call("CreateEndpoint", json("{\"EndpointName\":\"e\",\"EndpointConfigName\":\"c\"}"));

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(other.find(ResourceKind.ENDPOINT, "e")).isPresent());
        other.update(ResourceKind.ENDPOINT, "e", endpoint -> endpoint.promoted(clock.instant()));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(operations
                                .call("DescribeEndpoint", json("{\"EndpointName\":\"e\"}"))
                                .get("EndpointStatus")
                                .stringValue())
                        .isEqualTo(EndpointStatus.IN_SERVICE.wireName()));
        try (ResourceCatalog restarted = openCatalog()) {
            assertThat(restarted.find(ResourceKind.ENDPOINT, "e")).isEqualTo(catalog.find(ResourceKind.ENDPOINT, "e"));
        }
        assertThatThrownBy(() -> operations.call(
                        "CreateEndpoint", json("{\"EndpointName\":\"e\",\"EndpointConfigName\":\"c\"}")))
                .hasMessageStartingWith("Cannot create already existing endpoint");
    }

    private ResourceCatalog openCatalog() {
        ResourceCatalog opened =
                ResourceCatalog.open(store, new PlatformObjects(bucket), new KafkaFeeds(connection).resources(), clock);
        assertThat(opened.awaitLoaded(Duration.ofSeconds(30))).isTrue();
        return opened;
    }

    private static ObjectNode json(String text) {
        return ControlPlaneJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static TopicResource topic(String name) {
        return topic(name, Map.of());
    }

    private static TopicResource topic(String name, Map<String, String> tags) {
        return new TopicResource(name, ControlPlaneConfig.DEFAULT.arns().topic(name), 0, Instant.EPOCH, Map.of(), tags);
    }

    private static TopicResource counted(TopicResource topic) {
        var tags = new HashMap<>(topic.tags());
        tags.put("count", Integer.toString(count(topic) + 1));
        return new TopicResource(
                topic.name(), topic.arn(), topic.revision(), topic.createdAt(), topic.attributes(), tags);
    }

    private static int count(TopicResource topic) {
        return Integer.parseInt(topic.tags().getOrDefault("count", "0"));
    }
}

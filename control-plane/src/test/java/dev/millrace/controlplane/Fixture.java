package dev.millrace.controlplane;

import dev.millrace.controlplane.operation.AwsService;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.controlplane.topic.SubscriptionOperations;
import dev.millrace.controlplane.topic.TopicOperations;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ObjectNode;

/// A control plane on a store and a feed in memory, at a time that the test sets.
public final class Fixture implements AutoCloseable {
    public static final ControlPlaneConfig CONFIG = ControlPlaneConfig.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-21T10:00:00.250Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    public final InstantSource clock = now::get;
    public final FakeObjectStore store = new FakeObjectStore(clock, CONFIG.platformBucket());
    public final FakeFeed<ResourceChange> feed = new FakeFeed<>(clock);
    public final ResourceCatalog catalog = open();
    public final ControlPlaneOperations operations = new ControlPlaneOperations(catalog, CONFIG, clock, new Random(1));
    public final TopicOperations topics = new TopicOperations(catalog, CONFIG, clock);
    public final SubscriptionOperations subscriptions =
            new SubscriptionOperations(catalog, CONFIG, topics, clock, new Random(2));

    public Fixture() {
        catalog.awaitLoaded(Duration.ofSeconds(10));
    }

    /// Another process's catalog on the same store and feed, listing often.
    public ResourceCatalog open() {
        return ResourceCatalog.open(
                store, new PlatformObjects(CONFIG.platformBucket()), feed, clock, Duration.ofMillis(50));
    }

    public void pass(Duration time) {
        now.updateAndGet(at -> at.plus(time));
    }

    public static ObjectNode json(String text) {
        return ControlPlaneJson.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    public ObjectNode call(String operation, String request) {
        return operations.call(operation, json(request));
    }

    /// An operation of Application Auto Scaling.
    public ObjectNode callScaling(String operation, String request) {
        return operations.services().stream()
                .filter(each -> each.service() == AwsService.APPLICATION_AUTO_SCALING)
                .findFirst()
                .orElseThrow()
                .call(operation, json(request));
    }

    public void createModel(String name) {
        call("CreateModel", "{'ModelName':'" + name + "','PrimaryContainer':{'Image':'repo/onnx:1'}}");
    }

    /// A config of that name for a model that exists.
    public void createConfig(String name, String model) {
        call("CreateEndpointConfig", """
                {'EndpointConfigName':'%s','ProductionVariants':[{'VariantName':'main','ModelName':'%s',
                 'InstanceType':'ml.c5.large','InitialInstanceCount':1}]}""".formatted(name, model));
    }

    /// An endpoint with a model and a config of the same name.
    public void createEndpoint(String name) {
        createModel(name);
        createConfig(name, name);
        call("CreateEndpoint", "{'EndpointName':'%s','EndpointConfigName':'%s'}".formatted(name, name));
    }

    public EndpointResource endpoint(String name) {
        return catalog.find(ResourceKind.ENDPOINT, name).orElseThrow();
    }

    public Generation serving(String name) {
        return Objects.requireNonNull(endpoint(name).serving());
    }

    public Generation pending(String name) {
        return Objects.requireNonNull(endpoint(name).pending());
    }

    /// What the controller does once the pending generation is healthy.
    public void promote(String name) {
        catalog.update(ResourceKind.ENDPOINT, name, endpoint -> endpoint.promoted(clock.instant()));
    }

    @Override
    public void close() {
        catalog.close();
    }
}

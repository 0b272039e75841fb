package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.InstanceTypes;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.controlplane.topic.SubscriptionOperations;
import dev.millrace.controlplane.topic.TopicOperations;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import dev.millrace.testkit.WebhookReceiver.Received;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Endpoints and topics as their users make them, through the control plane's own operations.
final class TestControlPlane implements AutoCloseable {
    static final BucketName BUCKET = new BucketName("notifier-it");
    static final ControlPlaneConfig CONFIG =
            new ControlPlaneConfig("us-east-1", "000000000000", BUCKET, 4, false, 10_000, InstanceTypes.common());

    final ResourceCatalog catalog;
    final InstantSource clock;
    final TopicOperations topics;
    final SubscriptionOperations subscriptions;
    private final ControlPlaneOperations operations;

    TestControlPlane(ObjectStore store, Feed<ResourceChange> feed, InstantSource clock) {
        var random = new SecureRandom();
        this.clock = clock;
        catalog = ResourceCatalog.open(store, new PlatformObjects(BUCKET), feed, clock);
        operations = new ControlPlaneOperations(catalog, CONFIG, clock, random);
        topics = new TopicOperations(catalog, CONFIG, clock);
        subscriptions = new SubscriptionOperations(catalog, CONFIG, topics, clock, random);
    }

    /// In memory, loaded.
    static TestControlPlane inMemory() {
        var clock = InstantSource.system();
        var controlPlane = new TestControlPlane(new FakeObjectStore(clock, BUCKET), new FakeFeed<>(clock), clock);
        controlPlane.awaitLoaded();
        return controlPlane;
    }

    void awaitLoaded() {
        assertThat(catalog.awaitLoaded(Duration.ofSeconds(30))).isTrue();
    }

    /// An endpoint that tells nobody.
    EndpointResource createEndpoint(EndpointName name) {
        return createEndpoint(name, "{}");
    }

    /// @param notifications a `NotificationConfig`
    EndpointResource createEndpoint(EndpointName name, String notifications) {
        if (catalog.find(ResourceKind.MODEL, name.value()).isEmpty()) {
            call("CreateModel", """
                    {"ModelName":"%s","ExecutionRoleArn":"arn:aws:iam::000000000000:role/any",
                     "PrimaryContainer":{"Image":"any/image:1","ModelDataUrl":"s3://models/model.tar.gz"}}""".formatted(name));
            call("CreateEndpointConfig", """
                    {"EndpointConfigName":"%s",
                     "ProductionVariants":[{"VariantName":"AllTraffic","ModelName":"%s","InstanceType":"ml.m5.large",
                       "InitialInstanceCount":1}],
                     "AsyncInferenceConfig":{"OutputConfig":{"NotificationConfig":%s}}}""".formatted(name, name, notifications));
        }
        call("CreateEndpoint", """
                {"EndpointName":"%s","EndpointConfigName":"%s"}""".formatted(name, name));
        return catalog.find(ResourceKind.ENDPOINT, name.value()).orElseThrow();
    }

    String createTopic(String name) {
        return topics.createTopic(name, Map.of(), Map.of()).arn();
    }

    void subscribe(String topicArn, URI receiver) {
        subscribe(topicArn, receiver, Map.of());
    }

    /// Subscribes and confirms.
    void subscribe(String topicArn, URI receiver, Map<String, String> attributes) {
        String token = subscriptions
                .subscribe(topicArn, "http", receiver.toString(), attributes)
                .token();
        subscriptions.confirmSubscription(topicArn, Objects.requireNonNull(token, "token"), true, false);
    }

    static boolean isSignedWith(Secret secret, Received delivery) {
        var headers = HttpHeaders.of(
                delivery.headers().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue()))),
                (_, _) -> true);
        try {
            new Webhook(secret.value()).verify(delivery.text(), headers);
            return true;
        } catch (EmptyWebhookSecretException | WebhookVerificationException _) {
            return false;
        }
    }

    private void call(String operation, String request) {
        operations.call(operation, ControlPlaneJson.parse(request.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        catalog.close();
    }
}

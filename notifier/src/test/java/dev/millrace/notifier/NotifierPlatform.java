package dev.millrace.notifier;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.monitoring.MetricRecorder;
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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/// A broker, a store, a control plane and a receiver, and as many notifiers as the test starts.
final class NotifierPlatform implements AutoCloseable {
    static final NotifierConfig CONFIG = config(20, List.of("127.0.0.0/8"));

    final InstantSource clock = InstantSource.system();
    final WebhookReceiver receiver = new WebhookReceiver();
    final KafkaConnection kafka;
    final KafkaFeeds feeds;
    final S3ObjectStore store;
    final TestControlPlane controlPlane;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Notifier> notifiers = new ArrayList<>();

    NotifierPlatform() {
        this(SharedServers.kafka());
    }

    NotifierPlatform(String bootstrapServers) {
        kafka = new KafkaConnection(KafkaConfig.of(bootstrapServers));
        feeds = new KafkaFeeds(kafka);
        store = store(clock);
        store.ensureBucket(TestControlPlane.BUCKET);
        kafka.ensureTopics();
        controlPlane = new TestControlPlane(store, feeds.resources(), clock);
        controlPlane.awaitLoaded();
    }

    /// Tries quickly, so that tests see what takes hours otherwise.
    static NotifierConfig config(int maxAttempts, List<String> allowedNetworks) {
        return new NotifierConfig(
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                maxAttempts,
                16,
                8,
                allowedNetworks,
                URI.create("http://127.0.0.1:8080"),
                "us-east-1");
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(40));
    }

    Notifier startNotifier() {
        return startNotifier(CONFIG);
    }

    Notifier startNotifier(NotifierConfig config) {
        var notifier = new Notifier(
                config,
                controlPlane.catalog,
                store,
                feeds.events(),
                feeds.owedDeliveries(),
                new KafkaRecordSender(kafka),
                KafkaFeeds::partitionOf,
                Notifier.seal(null, new Secret("the store's secret"), new SecureRandom()),
                new SecureRandom(),
                registry,
                MetricRecorder.NONE,
                clock);
        notifier.start();
        notifiers.add(notifier);
        return notifier;
    }

    void publish(InvocationEvent event) {
        publish(event.invocationId().toString(), event);
    }

    /// @param key events of one key are read one after the other
    void publish(String key, InvocationEvent event) {
        feeds.events().publish(key, event).toCompletableFuture().join();
    }

    private static S3ObjectStore store(InstantSource clock) {
        StoreAccess access = SharedServers.store();
        var config = new S3Config(
                access.endpoint(),
                access.endpoint(),
                access.region(),
                access.accessKey(),
                new Secret(access.secretKey()));
        return new S3ObjectStore(config, TestControlPlane.BUCKET, clock, new SecureRandom());
    }

    @Override
    public void close() {
        receiver.close();
        notifiers.forEach(Notifier::close);
        controlPlane.close();
        store.close();
        kafka.close();
    }
}

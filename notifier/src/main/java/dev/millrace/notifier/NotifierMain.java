package dev.millrace.notifier;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.identity.SecretSeal;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.MetricPublisher;
import dev.millrace.monitoring.MonitoringConfig;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaRecordSender;
import dev.millrace.queue.Topics;
import dev.millrace.runtime.Lifecycle;
import dev.millrace.runtime.ManagementConfig;
import dev.millrace.runtime.ManagementServer;
import dev.millrace.runtime.Metrics;
import dev.millrace.runtime.ProcessMain;
import dev.millrace.runtime.Secret;
import dev.millrace.runtime.Settings;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The notifier as a process of its own.
public final class NotifierMain {
    private static final String MASTER_KEY = "auth.master-key";
    private static final int MANAGEMENT_PORT = 9083;
    private static final Duration CLOSING = Duration.ofSeconds(3);
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private record Config(
            NotifierConfig notifier,
            ControlPlaneConfig controlPlane,
            KafkaConfig kafka,
            S3Config s3,
            int maxSeries,
            @Nullable Secret masterKey,
            ManagementConfig management) {
        static Config from(Settings settings) {
            Secret masterKey = settings.find(MASTER_KEY, Secret::new).orElse(null);
            settings.require(
                    masterKey == null || SecretSeal.isMasterKey(masterKey), MASTER_KEY + ": not 32 bytes in Base64");
            return new Config(
                    NotifierConfig.from(settings),
                    ControlPlaneConfig.from(settings),
                    KafkaConfig.from(settings),
                    S3Config.from(settings),
                    MonitoringConfig.maxSeries(settings),
                    masterKey,
                    ManagementConfig.from(settings, MANAGEMENT_PORT));
        }
    }

    private NotifierMain() {}

    public static void main(String[] args) {
        new ProcessMain<>("notifier", Config::from, NotifierMain::start).run(args);
    }

    private static void start(Config config, Lifecycle parts) {
        var clock = InstantSource.system();
        var random = new SecureRandom();
        BucketName bucket = config.controlPlane().platformBucket();
        Metrics metrics = parts.open("metrics", () -> new Metrics("notifier"), CLOSING);
        S3ObjectStore store = parts.open("store", () -> new S3ObjectStore(config.s3(), bucket, clock, random), CLOSING);
        store.ensureBucket(bucket);
        KafkaConnection kafka = parts.open("kafka", () -> new KafkaConnection(config.kafka()), CLOSING);
        kafka.ensureTopics();
        var feeds = new KafkaFeeds(kafka);
        ResourceCatalog catalog = parts.open(
                "resources",
                () -> ResourceCatalog.open(store, new PlatformObjects(bucket), feeds.resources(), clock),
                CLOSING);
        MetricPublisher recorder = parts.open(
                "monitoring",
                () -> new MetricPublisher(
                        feeds.feed(Topics.METRICS, MetricBatch.CODEC), clock, config.maxSeries(), metrics.registry()),
                CLOSING);
        var notifier = new Notifier(
                config.notifier(),
                catalog,
                store,
                feeds.ends(),
                feeds.owedDeliveries(),
                new KafkaRecordSender(kafka),
                KafkaFeeds::partitionOf,
                Notifier.seal(config.masterKey(), config.s3().secretKey(), random),
                random,
                metrics.registry(),
                recorder,
                clock);
        parts.start("notifier", notifier::start, notifier::close, STOPPING);
        parts.open(
                "management",
                () -> new ManagementServer(config.management(), metrics.registry(), List.of(), notifier.healthChecks()),
                CLOSING);
    }
}

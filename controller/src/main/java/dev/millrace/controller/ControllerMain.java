package dev.millrace.controller;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PlatformObjects;
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
import dev.millrace.runtime.Lifecycle;
import dev.millrace.runtime.ManagementConfig;
import dev.millrace.runtime.ManagementServer;
import dev.millrace.runtime.Metrics;
import dev.millrace.runtime.ProcessMain;
import dev.millrace.runtime.Settings;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// The controller as a process of its own.
public final class ControllerMain {
    private static final int MANAGEMENT_PORT = 9082;
    private static final Duration CLOSING = Duration.ofSeconds(3);
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private record Config(
            ControllerConfig controller,
            KafkaConfig kafka,
            S3Config s3,
            MonitoringConfig monitoring,
            ManagementConfig management) {
        static Config from(Settings settings) {
            return new Config(
                    ControllerConfig.from(settings),
                    KafkaConfig.from(settings),
                    S3Config.from(settings),
                    MonitoringConfig.from(settings),
                    ManagementConfig.from(settings, MANAGEMENT_PORT));
        }
    }

    private ControllerMain() {}

    public static void main(String[] args) {
        new ProcessMain<>("controller", Config::from, ControllerMain::start).run(args);
    }

    private static void start(Config config, Lifecycle parts) {
        var clock = InstantSource.system();
        var random = new SecureRandom();
        BucketName bucket = config.controller().controlPlane().platformBucket();
        Metrics metrics = parts.open("metrics", () -> new Metrics("controller"), CLOSING);
        S3ObjectStore store = parts.open("store", () -> new S3ObjectStore(config.s3(), bucket, clock, random), CLOSING);
        store.ensureBucket(bucket);
        KafkaConnection kafka = parts.open("kafka", () -> new KafkaConnection(config.kafka()), CLOSING);
        kafka.ensureTopics();
        var feeds = new KafkaFeeds(kafka);
        ResourceCatalog catalog = parts.open(
                "resources",
                () -> ResourceCatalog.open(store, new PlatformObjects(bucket), feeds.resources(), clock),
                CLOSING);
        Monitoring monitoring = parts.open(
                "monitoring",
                () -> new Monitoring(
                        config.monitoring(),
                        feeds.feed(Topics.METRICS, MetricBatch.CODEC),
                        store,
                        new PlatformObjects(bucket),
                        clock,
                        metrics.registry()),
                CLOSING);
        KafkaLaneAdmin lanes = parts.open("lanes", () -> new KafkaLaneAdmin(kafka), CLOSING);
        KafkaReplies replies = parts.open("replies", () -> new KafkaReplies(kafka), CLOSING);
        var ports = new ControllerPorts(
                catalog,
                lanes,
                new KafkaRequestConsumers(kafka),
                feeds.placements(),
                feeds.hosts(),
                feeds.wakeSignals(),
                feeds.deadLetters(),
                feeds.ends(),
                replies,
                store,
                monitoring,
                feeds.owedDeliveries());
        var controller = new Controller(config.controller(), ports, metrics.registry(), clock, random);
        parts.start("controller", controller::start, controller::close, STOPPING);
        parts.open(
                "management",
                () -> new ManagementServer(
                        config.management(), metrics.registry(), List.of(), controller.healthChecks()),
                CLOSING);
    }
}

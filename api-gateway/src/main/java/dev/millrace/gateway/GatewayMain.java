package dev.millrace.gateway;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.gateway.intake.Intake;
import dev.millrace.gateway.kafka.VertxRequestQueue;
import dev.millrace.gateway.sns.SnsApi;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.Monitoring;
import dev.millrace.monitoring.MonitoringConfig;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.queue.Topics;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.Lifecycle;
import dev.millrace.runtime.ManagementConfig;
import dev.millrace.runtime.ManagementServer;
import dev.millrace.runtime.Metrics;
import dev.millrace.runtime.ProcessMain;
import dev.millrace.runtime.Settings;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.storage.S3UploadSigner;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The gateway as a process of its own.
public final class GatewayMain {
    private static final int MANAGEMENT_PORT = 9080;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Config(
            GatewayConfig gateway,
            ControlPlaneConfig controlPlane,
            KafkaConfig kafka,
            S3Config s3,
            MonitoringConfig monitoring,
            ManagementConfig management) {
        static Config from(Settings settings) {
            return new Config(
                    GatewayConfig.from(settings),
                    ControlPlaneConfig.from(settings),
                    KafkaConfig.from(settings),
                    S3Config.from(settings),
                    MonitoringConfig.from(settings),
                    ManagementConfig.from(settings, MANAGEMENT_PORT));
        }
    }

    private GatewayMain() {}

    public static void main(String... arguments) {
        new ProcessMain<>("api-gateway", Config::from, GatewayMain::start).run(arguments);
    }

    private static void start(Config config, Lifecycle parts) {
        InstantSource clock = InstantSource.system();
        var random = new SecureRandom();
        var objects = new PlatformObjects(config.controlPlane().platformBucket());
        Metrics metrics = parts.open("metrics", () -> new Metrics("api-gateway"), PATIENCE);
        S3ObjectStore store =
                parts.open("store", () -> new S3ObjectStore(config.s3(), objects.bucket(), clock, random), PATIENCE);
        S3UploadSigner signer = parts.open("signer", () -> new S3UploadSigner(config.s3(), clock, random), PATIENCE);
        KafkaConnection kafka = parts.open("kafka", () -> new KafkaConnection(config.kafka()), PATIENCE);
        kafka.ensureTopics();
        store.ensureBucket(objects.bucket());
        var feeds = new KafkaFeeds(kafka);
        ResourceCatalog catalog =
                parts.open("catalog", () -> ResourceCatalog.open(store, objects, feeds.resources(), clock), PATIENCE);
        var operations = new ControlPlaneOperations(catalog, config.controlPlane(), clock, random);
        Monitoring monitoring = parts.open(
                "monitoring",
                () -> new Monitoring(
                        config.monitoring(),
                        feeds.feed(Topics.METRICS, MetricBatch.CODEC),
                        store,
                        objects,
                        clock,
                        metrics.registry()),
                PATIENCE);
        List<ServiceOperations> services = Stream.concat(
                        operations.services().stream(),
                        Stream.of(monitoring.operations(catalog, config.controlPlane())))
                .toList();
        KafkaReplies replies = parts.open("replies", () -> new KafkaReplies(kafka), PATIENCE);
        Gateway gateway = parts.open(
                "gateway",
                () -> new Gateway(
                        config.gateway(),
                        new GatewayParts(
                                objects,
                                store,
                                signer,
                                (vertx, sends) -> new VertxRequestQueue(
                                        vertx, config.kafka().bootstrapServers(), sends),
                                feeds.events(),
                                feeds.placements(),
                                feeds.wakeSignals(),
                                replies,
                                catalog,
                                services,
                                monitoring.recorder(),
                                config.controlPlane().arns(),
                                List.of(SnsApi.create(
                                        catalog, config.controlPlane(), feeds.owedDeliveries(), clock, random))),
                        clock,
                        random,
                        metrics.registry()),
                config.gateway().drainTimeout().plus(PATIENCE.multipliedBy(2)));
        // Up before the gateway, so that its probes are answered while it starts and while it drains.
        var intake = new AtomicReference<@Nullable Intake>();
        ManagementServer management = parts.open(
                "management",
                () -> new ManagementServer(
                        config.management(), metrics.registry(), List.of(), readiness(gateway, kafka, intake)),
                PATIENCE);
        gateway.start();
        intake.set(parts.open(
                "intake",
                () -> new Intake(
                        kafka,
                        gateway.acceptance(),
                        catalog,
                        store,
                        config.gateway().payloads().inlineBytes(),
                        metrics.registry()),
                PATIENCE.multipliedBy(2)));
        parts.start("readiness", () -> {}, management::drain, PATIENCE);
    }

    private static List<HealthCheck> readiness(
            Gateway gateway, KafkaConnection kafka, AtomicReference<@Nullable Intake> intake) {
        return Stream.concat(
                        Stream.of(
                                new HealthCheck("kafka", kafka::check),
                                new HealthCheck("kafka intake", () -> check(intake.get()))),
                        gateway.readiness().stream())
                .toList();
    }

    private static void check(@Nullable Intake intake) {
        if (intake == null) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "kafka intake: not started");
        }
        intake.check();
    }
}

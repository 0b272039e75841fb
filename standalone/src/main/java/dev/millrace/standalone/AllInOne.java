package dev.millrace.standalone;

import dev.millrace.controller.Controller;
import dev.millrace.controller.ControllerPorts;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.ControlPlaneOperations;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayParts;
import dev.millrace.gateway.intake.Intake;
import dev.millrace.gateway.kafka.VertxRequestQueue;
import dev.millrace.gateway.sns.SnsApi;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.monitoring.MetricBatch;
import dev.millrace.monitoring.Monitoring;
import dev.millrace.notifier.Notifier;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaLaneAdmin;
import dev.millrace.queue.KafkaRecordSender;
import dev.millrace.queue.KafkaReplies;
import dev.millrace.queue.KafkaRequestConsumers;
import dev.millrace.queue.Topics;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.Lifecycle;
import dev.millrace.runtime.ManagementServer;
import dev.millrace.runtime.Metrics;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.storage.S3UploadSigner;
import dev.millrace.storage.StoreSelfCheck;
import dev.millrace.worker.host.WorkerHost;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Everything on one machine: the broker and the store as child processes, the rest in this one, workers as
/// children of its
/// worker host.
final class AllInOne implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /// Ctrl-C is over within five seconds: what a worker still runs then is taken up again after the next start.
    private static final Duration STOP = Duration.ofMillis(3_800);
    private static final long POLL_MILLIS = 5;

    private final DataFolder data;
    private final DataFolder.Credentials credentials;
    private final AllInOneConfig config;
    private final Lifecycle parts = new Lifecycle();
    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();

    private AllInOne(DataFolder data, DataFolder.Credentials credentials, AllInOneConfig config) {
        this.data = data;
        this.credentials = credentials;
        this.config = config;
    }

    /// Starts everything and returns when calls are served.
    ///
    /// @param data open; closed with this
    /// @throws UsageException with what to change
    static AllInOne start(DataFolder data, AllInOneOptions options, Distribution distribution)
            throws IOException, InterruptedException {
        DataFolder.Credentials credentials = data.credentials();
        AllInOneConfig config = AllInOneConfig.of(
                options, data, credentials, AllInOneConfig.workerFiles(distribution), System.getenv());
        var allInOne = new AllInOne(data, credentials, config);
        try {
            allInOne.run(options.ports(), distribution);
        } catch (RuntimeException | IOException | InterruptedException e) {
            allInOne.close();
            throw e;
        }
        return allInOne;
    }

    AllInOneConfig config() {
        return config;
    }

    DataFolder.Credentials credentials() {
        return credentials;
    }

    private void run(Ports ports, Distribution distribution) throws IOException, InterruptedException {
        data.removeEnvironment();
        ChildServer broker =
                child("broker", Program.BROKER, distribution, data.broker().toString(), ports.broker());
        ChildServer storeServer = child(
                "store",
                Program.STORE,
                distribution,
                data.store().toString(),
                ports.store(),
                "--full-percent",
                Integer.toString(config.storeFullPercent()));
        Metrics metrics = parts.open("metrics", () -> new Metrics("standalone"), CLOSING);
        var objects = new PlatformObjects(config.controlPlane().platformBucket());
        storeServer.awaitReady(READY);
        S3ObjectStore store = parts.open(
                "store client", () -> new S3ObjectStore(config.s3(), objects.bucket(), clock, random), CLOSING);
        S3UploadSigner signer = parts.open("signer", () -> new S3UploadSigner(config.s3(), clock, random), CLOSING);
        store.ensureBucket(objects.bucket());
        broker.awaitReady(READY);
        KafkaConnection kafka = parts.open("kafka", () -> new KafkaConnection(config.kafka()), CLOSING);
        kafka.ensureTopics();
        var feeds = new KafkaFeeds(kafka);
        ResourceCatalog catalog =
                parts.open("catalog", () -> ResourceCatalog.open(store, objects, feeds.resources(), clock), CLOSING);
        Monitoring monitoring = parts.open(
                "monitoring",
                () -> new Monitoring(
                        config.monitoring(),
                        feeds.feed(Topics.METRICS, MetricBatch.CODEC),
                        store,
                        objects,
                        clock,
                        metrics.registry()),
                CLOSING);
        KafkaReplies replies = parts.open("replies", () -> new KafkaReplies(kafka), CLOSING);
        Notifier notifier = notifier(kafka, feeds, catalog, store, monitoring, metrics);
        parts.start("notifier", notifier::start, notifier::close, CLOSING);
        WorkerHost host = new WorkerHost(config.host(), feeds.placements(), feeds.hosts(), clock, random);
        parts.start(
                "worker host",
                host::start,
                host::close,
                CacheTraining.isTraining() ? CacheTraining.PATIENCE : Duration.ofSeconds(5));
        Controller controller = controller(kafka, feeds, catalog, store, replies, monitoring, metrics);
        parts.start("controller", controller::start, controller::close, CLOSING);
        Gateway gateway = gateway(kafka, feeds, catalog, store, signer, objects, replies, monitoring, metrics);
        parts.start("gateway", gateway::start, gateway::close, Duration.ofSeconds(3));
        Intake intake = parts.open(
                "intake",
                () -> new Intake(
                        kafka,
                        gateway.acceptance(),
                        catalog,
                        store,
                        config.gateway().payloads().inlineBytes(),
                        metrics.registry()),
                CLOSING);
        List<HealthCheck> checks = Stream.of(
                        List.of(broker.health(), storeServer.health()),
                        gateway.readiness(),
                        List.of(new HealthCheck("kafka intake", intake::check)),
                        controller.healthChecks(),
                        notifier.healthChecks(),
                        host.healthChecks())
                .flatMap(List::stream)
                .toList();
        ManagementServer management = parts.open(
                "management",
                () -> new ManagementServer(config.management(), metrics.registry(), List.of(), checks),
                CLOSING);
        parts.start("readiness", () -> {}, management::drain, CLOSING);
        awaitReady(checks);
        data.writeEnvironment(config.environmentLines(credentials));
    }

    private ChildServer child(
            String name, Program program, Distribution distribution, String folder, int port, String... more) {
        JavaCommand command =
                CacheTraining.isTraining() ? distribution.trainingCommand(program) : distribution.command(program);
        Map<String, String> environment = new HashMap<>(command.environment());
        environment.put("MILLRACE_STORE_ACCESS_KEY", credentials.accessKey());
        environment.put("MILLRACE_STORE_SECRET_KEY", credentials.secretKey());
        var server = new ChildServer(
                name,
                command.withEnvironment(environment)
                        .withArguments(Stream.concat(
                                        Stream.of("--data", folder, "--port", Integer.toString(port)), Stream.of(more))
                                .toArray(String[]::new)),
                data.logs().resolve(name + ".log"),
                random);
        parts.start(
                name,
                server::start,
                server::close,
                CacheTraining.isTraining() ? CacheTraining.PATIENCE : Duration.ofSeconds(5));
        return server;
    }

    private Notifier notifier(
            KafkaConnection kafka,
            KafkaFeeds feeds,
            ResourceCatalog catalog,
            S3ObjectStore store,
            Monitoring monitoring,
            Metrics metrics) {
        return new Notifier(
                config.notifier(),
                catalog,
                store,
                feeds.ends(),
                feeds.owedDeliveries(),
                new KafkaRecordSender(kafka),
                KafkaFeeds::partitionOf,
                Notifier.seal(
                        config.gateway().authentication().masterKey(),
                        config.s3().secretKey(),
                        random),
                random,
                metrics.registry(),
                monitoring.recorder(),
                clock);
    }

    private Controller controller(
            KafkaConnection kafka,
            KafkaFeeds feeds,
            ResourceCatalog catalog,
            S3ObjectStore store,
            KafkaReplies replies,
            Monitoring monitoring,
            Metrics metrics) {
        KafkaLaneAdmin lanes = parts.open("lanes", () -> new KafkaLaneAdmin(kafka), CLOSING);
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
        return new Controller(config.controller(), ports, metrics.registry(), clock, random);
    }

    private Gateway gateway(
            KafkaConnection kafka,
            KafkaFeeds feeds,
            ResourceCatalog catalog,
            S3ObjectStore store,
            S3UploadSigner signer,
            PlatformObjects objects,
            KafkaReplies replies,
            Monitoring monitoring,
            Metrics metrics) {
        new StoreSelfCheck(store, objects.bucket(), clock, random).run();
        return new Gateway(
                config.gateway(),
                new GatewayParts(
                        objects,
                        store,
                        signer,
                        (vertx, sends) ->
                                new VertxRequestQueue(vertx, kafka.config().bootstrapServers(), sends),
                        feeds.events(),
                        feeds.placements(),
                        feeds.wakeSignals(),
                        replies,
                        catalog,
                        Stream.concat(
                                        new ControlPlaneOperations(catalog, config.controlPlane(), clock, random)
                                                .services().stream(),
                                        Stream.of(monitoring.operations(catalog, config.controlPlane())))
                                .toList(),
                        monitoring.recorder(),
                        config.controlPlane().arns(),
                        List.of(SnsApi.create(catalog, config.controlPlane(), feeds.owedDeliveries(), clock, random))),
                clock,
                random,
                metrics.registry());
    }

    private static void awaitReady(List<HealthCheck> checks) throws InterruptedException {
        long deadline = System.nanoTime() + READY.toNanos();
        for (HealthCheck check : checks) {
            while (true) {
                try {
                    check.probe().check();
                    break;
                } catch (RuntimeException e) {
                    if (System.nanoTime() > deadline) {
                        throw new UsageException("not ready within " + READY.toSeconds() + " s: " + check.name() + ": "
                                + e.getMessage());
                    }
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        data.removeEnvironment();
        if (CacheTraining.isTraining()) {
            parts.close();
        } else {
            parts.closeWithin(STOP);
        }
        data.close();
    }
}

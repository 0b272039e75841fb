package dev.millrace.load.harness;

import dev.millrace.invocation.BucketName;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.Lifecycle;
import dev.millrace.runtime.Secret;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.testkit.EmbeddedBroker;
import dev.millrace.testkit.EmbeddedStore;
import dev.millrace.testkit.HttpFaultProxy;
import dev.millrace.testkit.Ports;
import dev.millrace.testkit.StoreAccess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Every process apart, as compose runs them: broker, store, gateway, controller, notifier and a worker host,
/// each on
/// one folder and one port for its whole life. Used by one thread.
///
/// Gateway and workers reach the store through a proxy each, which passes everything on until a fault is
/// injected.
public final class Cluster implements AutoCloseable {
    private static final BucketName USER_BUCKET = new BucketName("faults");
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final String WORKER_MAIN = "dev.millrace.worker.WorkerMain";

    private final Lifecycle parts = new Lifecycle();
    private final EmbeddedBroker broker;
    private final @Nullable EmbeddedStore storeServer;
    private final StoreAccess access;
    private final HttpFaultProxy gatewayStore;
    private final HttpFaultProxy workerStore;
    private final ServerProcess gateway;
    private final ServerProcess controller;
    private final ServerProcess notifier;
    private final ServerProcess host;
    private final S3ObjectStore store;
    private final KafkaConnection kafka;
    private final ApiClient api;
    private final Path names;

    /// Starts everything and returns when it is ready.
    ///
    /// @param folder for the data and the logs; kept
    /// @param settings as environment variables; each process gets those of its own name
    public Cluster(Path folder, Map<String, String> settings) throws IOException, InterruptedException {
        this(folder, settings, null);
    }

    /// The same on a store that runs already.
    ///
    /// @param given null for an embedded store
    public Cluster(Path folder, Map<String, String> settings, @Nullable StoreAccess given)
            throws IOException, InterruptedException {
        Path logs = Files.createDirectories(folder.resolve("logs"));
        names = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
        broker = new EmbeddedBroker(Files.createDirectories(folder.resolve("broker")));
        parts.start("broker", broker::start, broker::close, CLOSING);
        if (given == null) {
            var embedded = new EmbeddedStore(Files.createDirectories(folder.resolve("store")));
            parts.start("store", embedded::start, embedded::close, CLOSING);
            storeServer = embedded;
            access = embedded.access();
        } else {
            storeServer = null;
            access = given;
        }
        int storePort = access.endpoint().getPort();
        gatewayStore = parts.open("gateway's proxy", () -> new HttpFaultProxy(storePort), CLOSING);
        workerStore = parts.open("workers' proxy", () -> new HttpFaultProxy(storePort), CLOSING);
        int port = Ports.free();
        URI address = URI.create("http://127.0.0.1:" + port);
        gateway = part(
                "gateway",
                "dev.millrace.gateway.GatewayMain",
                with(
                        environment(settings, List.of("GATEWAY"), gatewayStore.uri()),
                        "MILLRACE_GATEWAY_PORT",
                        Integer.toString(port)),
                logs);
        URI direct = access.endpoint();
        controller = part(
                "controller",
                "dev.millrace.controller.ControllerMain",
                environment(settings, List.of("CONTROLLER", "SCALING", "PAYLOADS"), direct),
                logs);
        notifier = new ServerProcess(
                "notifier",
                withNames(),
                with(
                        environment(settings, List.of("NOTIFIER"), direct),
                        "MILLRACE_GATEWAY_PUBLIC_URL",
                        address.toString()),
                logs);
        parts.start("notifier", notifier::launch, notifier::close, CLOSING);
        Map<String, String> hostSettings = with(
                environment(settings, List.of("HOST", "WORKER"), workerStore.uri()),
                "MILLRACE_HOST_DATA",
                folder.resolve("host").toString());
        host = new ServerProcess(
                "worker-host",
                Packaged.process("dev.millrace.worker.host.WorkerHostMain")
                        .withArguments("--config", Packaged.workerHostSettings().toString()),
                hostSettings,
                logs);
        parts.start("worker-host", host::launch, host::close, CLOSING);
        for (ServerProcess each : List.of(gateway, controller, notifier, host)) {
            each.awaitReady();
        }
        store = parts.open(
                "user's store",
                () -> new S3ObjectStore(s3(), USER_BUCKET, InstantSource.system(), new SecureRandom()),
                CLOSING);
        store.ensureBucket(USER_BUCKET);
        kafka = parts.open(
                "user's kafka", () -> new KafkaConnection(KafkaConfig.of(broker.bootstrapServers())), CLOSING);
        api = parts.open("api client", () -> new ApiClient(address, null), CLOSING);
    }

    private ServerProcess part(String name, String main, Map<String, String> settings, Path logs) {
        var process = new ServerProcess(name, Packaged.process(main), settings, logs);
        parts.start(name, process::launch, process::close, CLOSING);
        return process;
    }

    /// The notifier resolves names by a file of the test, anew each time.
    private JavaCommand withNames() {
        JavaCommand command = Packaged.process("dev.millrace.notifier.NotifierMain");
        var flags = new ArrayList<>(command.jvmFlags());
        flags.add("-Djdk.net.hosts.file=" + names);
        flags.add("-Dsun.net.inetaddr.ttl=0");
        return command.withJvmFlags(flags);
    }

    private Map<String, String> environment(Map<String, String> settings, List<String> groups, URI endpoint) {
        var all = new HashMap<String, String>();
        // Each process knows its own settings only and refuses others.
        settings.forEach((name, value) -> {
            if (groups.stream().anyMatch(group -> name.startsWith("MILLRACE_" + group + "_"))) {
                all.put(name, value);
            }
        });
        all.put("MILLRACE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        all.put("MILLRACE_S3_ENDPOINT", endpoint.toString());
        all.put("MILLRACE_S3_PUBLIC_ENDPOINT", access.endpoint().toString());
        all.put("MILLRACE_S3_ACCESS_KEY", access.accessKey());
        all.put("MILLRACE_S3_SECRET_KEY", access.secretKey());
        all.put("MALLOC_ARENA_MAX", "2");
        return all;
    }

    private static Map<String, String> with(Map<String, String> settings, String name, String value) {
        var more = new HashMap<>(settings);
        more.put(name, value);
        return more;
    }

    private S3Config s3() {
        return new S3Config(
                access.endpoint(),
                access.endpoint(),
                access.region(),
                access.accessKey(),
                new Secret(access.secretKey()));
    }

    public EmbeddedBroker broker() {
        return broker;
    }

    /// Between the gateway and the store.
    public HttpFaultProxy gatewayStore() {
        return gatewayStore;
    }

    /// Between the workers and the store.
    public HttpFaultProxy workerStore() {
        return workerStore;
    }

    public ServerProcess gateway() {
        return gateway;
    }

    public ServerProcess controller() {
        return controller;
    }

    public ServerProcess notifier() {
        return notifier;
    }

    public ServerProcess host() {
        return host;
    }

    /// The living worker processes.
    public List<ProcessHandle> workers() {
        return host.pid().map(pid -> ProcessTree.descendants(pid, WORKER_MAIN)).orElse(List.of());
    }

    /// A user's own client of the store, past the proxies.
    public S3ObjectStore store() {
        return store;
    }

    /// The bucket for models, inputs and outputs.
    public BucketName bucket() {
        return USER_BUCKET;
    }

    public KafkaConnection kafka() {
        return kafka;
    }

    public ApiClient api() {
        return api;
    }

    /// What the notifier resolves names by, a hosts file.
    public Path names() {
        return names;
    }

    /// Mends every fault and starts every process that is not running.
    public void heal() throws InterruptedException {
        gatewayStore.heal();
        workerStore.heal();
        if (broker.pid().isEmpty()) {
            broker.start();
        }
        if (storeServer != null && storeServer.pid().isEmpty()) {
            storeServer.start();
        }
        for (ServerProcess each : List.of(gateway, controller, notifier, host)) {
            if (!each.isAlive()) {
                each.launch();
            }
        }
        for (ServerProcess each : List.of(gateway, controller, notifier, host)) {
            each.awaitReady();
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}

package dev.millrace.load.bench;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.load.floor.RawStore;
import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.load.harness.ProcessTree;
import dev.millrace.load.harness.Wait;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.runtime.Lifecycle;
import dev.millrace.runtime.Secret;
import dev.millrace.storage.S3Config;
import dev.millrace.storage.S3ObjectStore;
import dev.millrace.storage.S3UploadSigner;
import dev.millrace.testkit.AwsSigner;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// The packaged all-in-one on a data folder of its own, with the clients that the measurements need.
///
/// Used by one thread; what it hands out may be used by others as each says.
public final class Installation implements AutoCloseable {
    /// An instance type of two cores and half a gigabyte.
    public static final String SMALL_INSTANCE = "ml.bench.small";

    private static final BucketName BUCKET = new BucketName("bench");
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String WORKER_MAIN = "dev.millrace.worker.WorkerMain";
    private static final String SETTINGS = """
            scaling.idle-time=PT2S
            instance-types.extra=%s=2/512/0
            """.formatted(SMALL_INSTANCE);

    private final Path folder;
    private final boolean isShort;
    private final Consumer<String> out;
    private final Lifecycle parts = new Lifecycle();
    private final AllInOneProcess allInOne;
    private final URI apiUri;
    private final String token;
    private final String accessKeyId;
    private final Secret secret;
    private final URI storeUri;
    private final ApiClient api;
    private final S3ObjectStore store;
    private final S3UploadSigner signer;
    private final KafkaConnection kafka;
    /// Names with the workers that each keeps.
    private final Map<String, Integer> deployed = new HashMap<>();

    /// Starts it and returns when it is ready.
    ///
    /// @param folder for data and logs; kept
    /// @param isShort whether fewer and shorter measurements are wanted
    /// @param out takes lines of progress
    public Installation(Path folder, boolean isShort, Consumer<String> out) throws IOException, InterruptedException {
        this(folder, isShort, out, "");
    }

    private Installation(Path folder, boolean isShort, Consumer<String> out, String more)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.isShort = isShort;
        this.out = out;
        Path config = Files.writeString(folder.resolve("bench.properties"), SETTINGS + more);
        allInOne = new AllInOneProcess(folder.resolve("data"), "--config", config.toString());
        // Stopped by a signal, this process leaves nothing running; closing twice is harmless.
        Runtime.getRuntime().addShutdownHook(new Thread(allInOne::close, "stop"));
        Map<String, String> environment;
        try {
            environment = allInOne.start();
        } catch (IOException | InterruptedException | RuntimeException e) {
            allInOne.close();
            throw e;
        }
        parts.start("all-in-one", () -> {}, allInOne::close, Duration.ofSeconds(30));
        apiUri = AllInOneProcess.api(environment);
        token = AllInOneProcess.token(environment);
        storeUri = URI.create(environment.getOrDefault("AWS_ENDPOINT_URL_S3", ""));
        accessKeyId = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
        secret = new Secret(environment.getOrDefault("AWS_SECRET_ACCESS_KEY", ""));
        var s3 = new S3Config(
                storeUri, storeUri, environment.getOrDefault("AWS_DEFAULT_REGION", ""), accessKeyId, secret);
        var clock = InstantSource.system();
        store = parts.open("store", () -> new S3ObjectStore(s3, BUCKET, clock, new SecureRandom()), CLOSING);
        signer = parts.open("signer", () -> new S3UploadSigner(s3, clock, new SecureRandom()), CLOSING);
        kafka = parts.open(
                "kafka",
                () -> new KafkaConnection(KafkaConfig.of(environment.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", ""))),
                CLOSING);
        api = parts.open("api", () -> new ApiClient(apiUri, token), CLOSING);
        store.ensureBucket(BUCKET);
    }

    /// Another installation beside this one, whose callers are asked for no credentials.
    public Installation open() throws IOException, InterruptedException {
        return new Installation(Files.createDirectories(folder.resolve("open")), isShort, out, "auth.required=false\n");
    }

    /// Signs as the administrator does, with AWS's own signer.
    public AwsSigner awsSigner() {
        return new AwsSigner(accessKeyId, secret, Instant.now());
    }

    public boolean isShort() {
        return isShort;
    }

    /// A time or number for either profile.
    public <T> T choose(T full, T brief) {
        return isShort ? brief : full;
    }

    public Duration seconds(long full, long brief) {
        return Duration.ofSeconds(isShort ? brief : full);
    }

    public void progress(String line) {
        out.accept("  " + line);
    }

    public Path folder() {
        return folder;
    }

    public ApiClient api() {
        return api;
    }

    public URI apiUri() {
        return apiUri;
    }

    public URI storeUri() {
        return storeUri;
    }

    public S3ObjectStore store() {
        return store;
    }

    public UploadSigner signer() {
        return signer;
    }

    public KafkaConnection kafka() {
        return kafka;
    }

    public BucketName bucket() {
        return BUCKET;
    }

    public RawStore rawStore() {
        return new RawStore(storeUri, BUCKET, signer);
    }

    /// The supervisor and everything below it.
    public List<ProcessHandle> processes() {
        var all = new ArrayList<ProcessHandle>();
        all.add(allInOne.handle());
        all.addAll(ProcessTree.descendants(allInOne.handle().pid()));
        return all;
    }

    public List<ProcessHandle> workers() {
        return ProcessTree.descendants(allInOne.handle().pid(), WORKER_MAIN);
    }

    /// The endpoint of the digits with one worker that stays, shared by the measurements.
    public String digits() throws IOException, InterruptedException {
        return kept("digits", TestModel.DIGITS);
    }

    /// Deploys a model with one worker that stays, if it is not deployed yet.
    public String kept(String name, TestModel model) throws IOException, InterruptedException {
        if (!deployed.containsKey(name)) {
            deploy(name, model, 1, Map.of());
        }
        return name;
    }

    /// Deploys a model and waits until the endpoint is in service.
    ///
    /// @param least workers; there is at most one
    /// @param more members of the production variant
    public void deploy(String name, TestModel model, int least, Map<String, Object> more)
            throws IOException, InterruptedException {
        var at = new ObjectLocation(BUCKET, "models/" + name + "/model.onnx");
        store.put(at, Payload.of(Files.readAllBytes(model.model())), ObjectAttributes.NONE, WriteCondition.ALWAYS);
        var variant = new HashMap<String, Object>(more);
        variant.put(
                "ManagedInstanceScaling",
                Map.of("Status", "ENABLED", "MinInstanceCount", least, "MaxInstanceCount", 1));
        api.createConfig(name, at.uri(), "s3://" + BUCKET + "/" + outputPrefix(name), variant);
        api.sageMaker("CreateEndpoint", Map.of("EndpointName", name, "EndpointConfigName", name));
        api.awaitInService(name, PATIENCE);
        deployed.put(name, least);
    }

    /// Deletes an endpoint and waits until its workers are gone.
    public void remove(String name) throws IOException, InterruptedException {
        api.sageMaker("DeleteEndpoint", Map.of("EndpointName", name));
        deployed.remove(name);
        awaitIdle();
    }

    /// Waits until only the workers are left that endpoints keep.
    public void awaitIdle() throws InterruptedException {
        int kept = deployed.values().stream().mapToInt(least -> least).sum();
        Wait.until("idle workers gone", PATIENCE, () -> workers().size() <= kept);
    }

    public static String outputPrefix(String endpoint) {
        return "out/" + endpoint;
    }

    /// These headers and the caller's credentials.
    public Map<String, String> authorized(Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("Authorization", "Bearer " + token);
        return all;
    }

    /// A request for what became of a call, as it goes over the wire.
    public byte[] status(String endpoint, InvocationId id, int waitSeconds) {
        return HttpConnection.request(
                "GET",
                apiUri.resolve("/endpoints/" + endpoint + "/async-invocations/" + id + "?wait=" + waitSeconds),
                authorized(Map.of()),
                new byte[0]);
    }

    /// An asynchronous call as it goes over the wire.
    public byte[] asynchronous(String endpoint, String contentType, byte[] body) {
        return HttpConnection.request(
                "POST",
                apiUri.resolve("/endpoints/" + endpoint + "/async-invocations"),
                authorized(Map.of(
                        "X-Amzn-SageMaker-Content-Type", contentType, "X-Amzn-SageMaker-Accept", "application/json")),
                body);
    }

    /// A real-time call as it goes over the wire.
    public byte[] realTime(String endpoint, String contentType, byte[] body) {
        return HttpConnection.request(
                "POST",
                apiUri.resolve("/endpoints/" + endpoint + "/invocations"),
                authorized(Map.of("Content-Type", contentType, "Accept", "application/json")),
                body);
    }

    /// The first so many rows of the digits, as asynchronous calls in JSON.
    public List<byte[]> asynchronousDigits(String endpoint, Digits digits) {
        return IntStream.range(0, digits.count())
                .mapToObj(row -> asynchronous(endpoint, "application/json", digits.json(row)))
                .toList();
    }

    @Override
    public void close() {
        parts.close();
    }
}

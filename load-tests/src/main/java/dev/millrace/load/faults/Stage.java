package dev.millrace.load.faults;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Cluster;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.history.History;
import dev.millrace.load.history.HistoryChecker;
import dev.millrace.load.history.HistoryReport;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// What a scenario works with: the system, an endpoint of its own, a history and a list of what did not hold.
public final class Stage implements AutoCloseable {
    private static final Duration DEPLOY = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final Profile profile;
    private final RandomGenerator random;
    private final String endpoint;
    private final History history;
    private final NotificationSink sink;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> endpoints = ConcurrentHashMap.newKeySet();
    private Duration patience = Duration.ofSeconds(90);

    /// @param endpoint also the prefix of every id and object of the scenario
    Stage(Cluster cluster, Profile profile, RandomGenerator random, String endpoint, Path historyFile)
            throws IOException {
        this.cluster = cluster;
        this.profile = profile;
        this.random = random;
        this.endpoint = endpoint;
        this.history = new History(historyFile);
        this.sink = new NotificationSink(cluster.store(), history);
    }

    public Cluster cluster() {
        return cluster;
    }

    public Profile profile() {
        return profile;
    }

    public RandomGenerator random() {
        return random;
    }

    public String endpoint() {
        return endpoint;
    }

    public NotificationSink sink() {
        return sink;
    }

    public History history() {
        return history;
    }

    /// How long the check waits for calls to end, from the end of the scenario on.
    public void waitAtMost(Duration time) {
        patience = time;
    }

    /// Deploys the digits and waits until the endpoint is in service.
    ///
    /// @param workers how many there are at most; as many are kept when there are several
    public void deployDigits(int workers) throws IOException, InterruptedException {
        deploy(endpoint, TestModel.DIGITS.model(), workers);
    }

    /// Deploys a model under a name and waits until the endpoint is in service.
    public void deploy(String name, Path model, int workers) throws IOException, InterruptedException {
        config(name, model, workers);
        cluster.api().sageMaker("CreateEndpoint", Map.of("EndpointName", name, "EndpointConfigName", name));
        cluster.api().awaitInService(name, DEPLOY);
    }

    /// Makes a model and a config of that name.
    public void config(String name, Path model, int workers) throws IOException, InterruptedException {
        var at = new ObjectLocation(cluster.bucket(), "models/" + name + "/model.onnx");
        put(at, Files.readAllBytes(model));
        cluster.api()
                .createConfig(
                        name,
                        at.uri(),
                        "s3://" + cluster.bucket() + "/" + outputPrefix(),
                        Map.of(
                                "ManagedInstanceScaling",
                                Map.of(
                                        "Status",
                                        "ENABLED",
                                        "MinInstanceCount",
                                        workers > 1 ? workers : 0,
                                        "MaxInstanceCount",
                                        workers)));
    }

    public void put(ObjectLocation at, byte[] body) {
        cluster.store().put(at, Payload.of(body), ObjectAttributes.NONE, WriteCondition.ALWAYS);
    }

    /// Where the endpoint's outputs go.
    public String outputPrefix() {
        return "out/" + endpoint;
    }

    public Client client() {
        return client(endpoint);
    }

    /// @param name of an endpoint; the ids of the calls made to it begin with it
    public Client client(String name) {
        endpoints.add(name);
        return new Client(cluster.api(), name, history);
    }

    /// Begins the usual load of digits on the endpoint.
    public Load load(int calls, double perSecond) {
        return new Load(endpoint, new Digits(TestModel.DIGITS), sink.url(), client()).start(calls, perSecond);
    }

    /// Writes down a claim that does not hold.
    public void expect(boolean holds, String claim) {
        if (!holds) {
            problem("not so: " + claim);
        }
    }

    private String endpointOf(String id) {
        return endpoints.stream()
                .filter(id::startsWith)
                .max(Comparator.comparingInt(String::length))
                .orElse(endpoint);
    }

    void problem(String what) {
        problems.add(what);
    }

    List<String> problems() {
        return problems;
    }

    /// Waits for every call to end and judges the history.
    public HistoryReport verify() throws InterruptedException {
        new Verification(cluster.api(), cluster.store(), cluster.bucket(), this::endpointOf, history)
                .run(outputPrefix(), patience);
        return HistoryChecker.check(history.entries());
    }

    @Override
    public void close() throws IOException {
        sink.close();
        history.close();
        try {
            remove(endpoint);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Deletes an endpoint if it is there.
    public void remove(String name) throws IOException, InterruptedException {
        try {
            cluster.api().sageMaker("DeleteEndpoint", Map.of("EndpointName", name));
        } catch (ApiClient.RefusedException e) {
            if (e.status() != 400) {
                throw e;
            }
        }
    }
}

package dev.millrace.load.bench.row;

import dev.millrace.invocation.InvocationId;
import dev.millrace.load.bench.Accepted;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Labels;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.floor.RawProcess;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.load.harness.ProcessTree;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// From a call to its stored result when there is no worker at all, against the start of a JVM that runs
/// the same
/// digit.
public final class ColdStart implements Measurement {
    private static final String ENDPOINT = "cold";
    private static final double TARGET_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration QUIET = Duration.ofMillis(500);

    private final Digits digits = new Digits(TestModel.DIGITS);

    @Override
    public String name() {
        return "cold-start";
    }

    /// The steps of one start in milliseconds.
    private enum Step {
        TOTAL("total"),
        ACCEPT("accepted"),
        SPAWN("worker process there"),
        BEGIN("worker began with it"),
        FINISH("result stored and told"),
        ANSWER("waiting poll answered");

        private final String words;

        Step(String words) {
            this.words = words;
        }
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        int times = installation.choose(9, 3);
        installation.deploy(ENDPOINT, TestModel.DIGITS, 0, Map.of());
        Map<Step, double[]> steps = new ConcurrentHashMap<>();
        for (Step step : Step.values()) {
            steps.put(step, new double[times]);
        }
        for (int i = 0; i < times; i++) {
            awaitNoWorker(installation);
            start(installation, i, steps);
            installation.progress("from zero workers: " + Math.round(at(steps, Step.TOTAL, i)) + " ms");
        }
        installation.remove(ENDPOINT);
        var floor = new RawProcess(installation.folder(), TestModel.DIGITS.model());
        double[] bare = new double[times];
        for (int i = 0; i < times; i++) {
            bare[i] = millis(floor.firstInference(TestModel.DIGITS.model()));
        }
        double total = median(steps.getOrDefault(Step.TOTAL, bare));
        var details = new ArrayList<Figure>();
        double[] totals = steps.getOrDefault(Step.TOTAL, bare);
        details.add(Figure.millis("least", Arrays.stream(totals).min().orElse(0)));
        details.add(Figure.millis("most", Arrays.stream(totals).max().orElse(0)));
        for (Step step : List.of(Step.ACCEPT, Step.SPAWN, Step.BEGIN, Step.FINISH, Step.ANSWER)) {
            details.add(Figure.millis("+ " + step.words, median(steps.getOrDefault(step, bare))));
        }
        return List.of(new Reading(
                "zero workers → first result stored",
                "≤ 1.0 s, median of " + times,
                Figure.millis("median", total),
                Figure.millis("JVM with cache → first inference", median(bare)),
                total <= TARGET_MILLIS,
                details,
                List.of()));
    }

    /// Both the platform and the machine say that there is none.
    private static void awaitNoWorker(Installation installation) throws InterruptedException {
        installation.awaitIdle();
        Wait.until(
                "no worker",
                PATIENCE,
                () -> installation
                                .api()
                                .sageMaker("DescribeEndpoint", Map.of("EndpointName", ENDPOINT))
                                .path("ProductionVariants")
                                .path(0)
                                .path("CurrentInstanceCount")
                                .asInt(1)
                        == 0);
        Wait.pause(QUIET);
    }

    private void start(Installation installation, int n, Map<Step, double[]> steps) throws IOException {
        byte[] call = installation.asynchronous(ENDPOINT, "application/json", digits.json(n));
        try (var connection = new HttpConnection(installation.apiUri())) {
            Instant begun = Instant.now();
            long start = System.nanoTime();
            InvocationId id = Accepted.id(connection.send(call));
            double accepted = millis(System.nanoTime() - start);
            HttpConnection.Answer answer = connection.send(installation.status(ENDPOINT, id, 60));
            double total = millis(System.nanoTime() - start);
            JsonNode status = installation.api().parse(answer.text());
            if (!status.path("status").asString("").equals("Completed")) {
                throw new IOException("not completed: " + answer.text());
            }
            double spawned = spawned(installation, start);
            double began = since(begun, status, "startedAt");
            double finished = since(begun, status, "finishedAt");
            set(steps, Step.TOTAL, n, total);
            set(steps, Step.ACCEPT, n, accepted);
            set(steps, Step.SPAWN, n, spawned - accepted);
            set(steps, Step.BEGIN, n, began - spawned);
            set(steps, Step.FINISH, n, finished - began);
            set(steps, Step.ANSWER, n, total - finished);
            check(installation, id, n);
        }
    }

    private static double spawned(Installation installation, long start) throws IOException {
        double latest = 0;
        for (ProcessHandle worker : installation.workers()) {
            double age = millis(ProcessTree.age(worker));
            latest = Math.max(latest, millis(System.nanoTime() - start) - age);
        }
        return latest;
    }

    private void check(Installation installation, InvocationId id, int row) throws IOException {
        try {
            String text = installation.api().output(ENDPOINT, id.toString());
            if (Labels.of(text.getBytes(StandardCharsets.UTF_8)) != digits.label(row)) {
                throw new IOException("wrong label in " + text);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static double since(Instant begun, JsonNode status, String member) {
        return millis(Duration.between(begun, Instant.parse(status.path(member).asString(""))));
    }

    private static void set(Map<Step, double[]> steps, Step step, int n, double value) {
        steps.computeIfPresent(step, (_, values) -> {
            values[n] = value;
            return values;
        });
    }

    private static double at(Map<Step, double[]> steps, Step step, int n) {
        return steps.getOrDefault(step, new double[n + 1])[n];
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double millis(Duration time) {
        return millis(time.toNanos());
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}

package dev.millrace.load.bench.row;

import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.load.bench.Accepted;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.floor.RawModel;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.load.harness.Memory;
import dev.millrace.load.harness.NpyBody;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A gigabyte of digits uploaded, run in slices by a worker of half a gigabyte, and stored, against
/// reading, running
/// and writing the same rows in one process.
public final class Gigabyte implements Measurement {
    private static final String ENDPOINT = "gigabyte";
    private static final String NPY = "application/x-npy";
    private static final double LIMIT = 512e6;
    private static final double TARGET_RATIO = 0.5;
    private static final int POLLS = 12;
    private static final int POLL_SECONDS = 50;

    private final Digits digits = new Digits(TestModel.DIGITS);

    @Override
    public String name() {
        return "gigabyte";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        long bytes = installation.choose(1L << 30, 128L << 20);
        var body = NpyBody.upTo(digits, bytes);
        double floor = floor(installation, body);
        installation.progress(String.format("in one process: %,.0f rows per second", floor));
        Set<Long> others = pids(installation);
        installation.deploy(ENDPOINT, TestModel.DIGITS, 1, Map.of("InstanceType", Installation.SMALL_INSTANCE));
        var ours = new HashSet<>(pids(installation));
        ours.removeAll(others);
        long worker = ours.iterator().next();
        long start = System.nanoTime();
        InvocationId id = upload(installation, body);
        double uploaded = (System.nanoTime() - start) / 1e9;
        installation.progress(String.format("uploaded in %.1f s", uploaded));
        JsonNode status = ended(installation, id);
        double total = (System.nanoTime() - start) / 1e9;
        var problems = new ArrayList<String>();
        long peak = Memory.peakResidentBytes(worker);
        check(installation, status, body, problems);
        double ran = Duration.between(
                                Instant.parse(status.path("startedAt").asString("")),
                                Instant.parse(status.path("finishedAt").asString("")))
                        .toMillis()
                / 1e3;
        installation.remove(ENDPOINT);
        String size = (bytes >> 20) + " MiB NPY of digits";
        double rate = body.rows() / ran;
        return List.of(
                new Reading(
                        size + ", run in slices and stored",
                        "≥ 0.5 × one process without a queue",
                        Figure.perSecond("rows, from begin to stored", rate),
                        Figure.perSecond("rows read, run and written in one process", floor),
                        rate >= TARGET_RATIO * floor,
                        List.of(
                                new Figure("upload", uploaded, "s"),
                                new Figure("run and stored", ran, "s"),
                                new Figure("upload to result", total, "s"),
                                Figure.perSecond("rows, upload included", body.rows() / total)),
                        problems),
                new Reading(
                        size + ": memory of the worker",
                        "≤ 512 MB resident",
                        Figure.megabytes("resident at most", peak),
                        Figure.megabytes("the input", body.length()),
                        peak <= LIMIT,
                        List.of(),
                        List.of()));
    }

    /// @return rows per second
    private static double floor(Installation installation, NpyBody body) throws IOException, InterruptedException {
        Path input = installation.folder().resolve("rows.npy");
        Path output = installation.folder().resolve("labels.npy");
        try (var raw = new RawModel(TestModel.DIGITS)) {
            body.writeTo(input);
            int threads = Runtime.getRuntime().availableProcessors();
            Duration took = raw.runFile(input, body.headerLength(), body.rows(), output, threads);
            try (InputStream labels = Files.newInputStream(output)) {
                long wrong = body.wrongLabels(labels);
                if (wrong > 0) {
                    throw new IllegalStateException("the floor has " + wrong + " wrong labels");
                }
            }
            return body.rows() / (took.toNanos() / 1e9);
        } finally {
            Files.deleteIfExists(input);
            Files.deleteIfExists(output);
        }
    }

    private static Set<Long> pids(Installation installation) {
        return installation.workers().stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private static InvocationId upload(Installation installation, NpyBody body) throws IOException {
        try (var connection = new HttpConnection(installation.apiUri())) {
            var uri = installation.apiUri().resolve("/endpoints/" + ENDPOINT + "/async-invocations");
            return Accepted.id(connection.send(
                    "POST",
                    uri,
                    installation.authorized(Map.of(
                            "X-Amzn-SageMaker-Content-Type", NPY, "X-Amzn-SageMaker-Accept", NPY + ";output=label")),
                    body.length(),
                    body));
        }
    }

    private static JsonNode ended(Installation installation, InvocationId id) throws IOException, InterruptedException {
        for (int i = 0; i < POLLS; i++) {
            JsonNode status = installation.api().status(ENDPOINT, id.toString(), POLL_SECONDS);
            if (status.path("status").asString("").equals("Completed")) {
                return status;
            }
            if (status.hasNonNull("failureMessage")) {
                throw new IllegalStateException("failed: " + status);
            }
        }
        throw new IllegalStateException("not ended after " + POLLS * POLL_SECONDS + " s");
    }

    private static void check(Installation installation, JsonNode status, NpyBody body, List<String> problems)
            throws IOException {
        var output = ObjectLocation.parse(status.path("outputLocation").asString(""));
        ObjectInfo info = installation.store().head(output).orElseThrow();
        try (InputStream labels = installation.store().read(output, info.etag(), 0, info.size())) {
            long wrong = body.wrongLabels(labels);
            if (wrong > 0) {
                problems.add(wrong + " of " + body.rows() + " rows are wrong or missing");
            }
        }
    }
}

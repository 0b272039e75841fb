package dev.millrace.load.bench.row;

import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.load.bench.Accepted;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.load.harness.NpyBody;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A gigabyte through the gateway until its 202, against a presigned PUT of the same bytes to the same
/// store, in
/// turns.
///
/// Its content type is one that the worker refuses, so that no run of the model is under way during the
/// next turn.
public final class Upload implements Measurement {
    private static final String UNKNOWN = "application/x-unknown";
    private static final double TARGET_RATIO = 0.7;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "upload";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        long bytes = installation.choose(1L << 30, 256L << 20);
        int times = installation.choose(3, 2);
        var body = NpyBody.upTo(new Digits(TestModel.DIGITS), bytes);
        var problems = new ArrayList<String>();
        double[] direct = new double[times];
        double[] through = new double[times];
        for (int i = 0; i < times; i++) {
            String key = "direct/" + i;
            direct[i] = megabytesPerSecond(body, installation.rawStore().put(key, body.length(), body));
            installation.store().delete(new ObjectLocation(installation.bucket(), key));
            through[i] = upload(installation, endpoint, body, problems);
            installation.progress(String.format(
                    Locale.ROOT, "direct %.0f MB/s, through the gateway %.0f MB/s", direct[i], through[i]));
        }
        double measured = median(through);
        double floor = median(direct);
        return List.of(new Reading(
                "upload of " + (bytes >> 20) + " MiB as the body of an asynchronous call",
                "≥ 0.7 × a presigned PUT",
                new Figure("until the 202, median of " + times, measured, "MB/s"),
                new Figure("presigned PUT", floor, "MB/s"),
                measured >= TARGET_RATIO * floor,
                List.of(
                        new Figure("best", Arrays.stream(through).max().orElse(0), "MB/s"),
                        new Figure("best direct", Arrays.stream(direct).max().orElse(0), "MB/s")),
                problems));
    }

    private static double upload(Installation installation, String endpoint, NpyBody body, List<String> problems)
            throws IOException, InterruptedException {
        try (var connection = new HttpConnection(installation.apiUri())) {
            var uri = installation.apiUri().resolve("/endpoints/" + endpoint + "/async-invocations");
            long start = System.nanoTime();
            HttpConnection.Answer answer = connection.send(
                    "POST",
                    uri,
                    installation.authorized(Map.of("X-Amzn-SageMaker-Content-Type", UNKNOWN)),
                    body.length(),
                    body);
            InvocationId id = Accepted.id(answer);
            var took = Duration.ofNanos(System.nanoTime() - start);
            Wait.until(
                    "the worker refuses it",
                    PATIENCE,
                    () -> installation
                            .api()
                            .status(endpoint, id.toString(), 10)
                            .path("status")
                            .asString("")
                            .equals("Failed"));
            stored(installation, endpoint, id, body, problems);
            return megabytesPerSecond(body, took);
        }
    }

    /// The input is there to the last byte, and makes room for the next.
    private static void stored(
            Installation installation, String endpoint, InvocationId id, NpyBody body, List<String> problems)
            throws IOException, InterruptedException {
        var input = ObjectLocation.parse(installation
                .api()
                .status(endpoint, id.toString(), 0)
                .path("inputLocation")
                .asString(""));
        long size = installation.store().head(input).orElseThrow().size();
        if (size != body.length()) {
            problems.add(input + " has " + size + " bytes (expected: " + body.length() + ")");
        }
        installation.store().delete(input);
    }

    private static double megabytesPerSecond(NpyBody body, Duration took) {
        return body.length() / 1e6 / (took.toNanos() / 1e9);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

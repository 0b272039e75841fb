package dev.millrace.load.bench.row;

import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.JsonNode;

/// A thousand endpoints in an all-in-one of their own: how long listing them takes, and starting with them.
///
/// They are endpoints for inference components and have none, so that no machine needs a thousand workers.
public final class ManyEndpoints implements Measurement {
    private static final double TARGET_LIST_MILLIS = 200;
    private static final double TARGET_START_MILLIS = 5000;
    private static final int PAGE = 100;
    private static final int STARTS = 5;
    private static final String CONFIG = "many";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration READY = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "many-endpoints";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        int count = installation.choose(1000, PAGE);
        Path folder = Files.createDirectories(installation.folder().resolve("many"));
        try (var allInOne = new AllInOneProcess(folder.resolve("data"))) {
            Histogram startsAlone = starts(allInOne);
            try (ApiClient api = api(allInOne)) {
                Histogram none = timed(() -> list(api, 0));
                long begin = System.nanoTime();
                create(api, count);
                double created = count / ((System.nanoTime() - begin) / 1e9);
                installation.progress(count + " endpoints are in service");
                Reading page = listing(count, "one page of " + PAGE, timed(() -> list(api, PAGE)), none);
                Reading all = listing(count, "all pages", timed(() -> list(api, count)), none);
                return List.of(page, all, starting(count, startsAlone, starts(allInOne), created));
            }
        }
    }

    private static Reading listing(int count, String pages, Histogram taken, Histogram none) {
        return new Reading(
                String.format("ListEndpoints of %,d endpoints, %s", count, pages),
                "p50 ≤ 200 ms",
                millis("p50", taken, 50),
                millis("p50 with no endpoint", none, 50),
                millis("", taken, 50).value() <= TARGET_LIST_MILLIS,
                List.of(millis("p99", taken, 99)),
                List.of());
    }

    private static Reading starting(int count, Histogram alone, Histogram taken, double created) {
        return new Reading(
                String.format("restart to ready with %,d endpoints, median of %d", count, STARTS),
                "≤ 5 s more than with none",
                millis("median", taken, 50),
                millis("with none", alone, 50),
                millis("", taken, 50).value() - millis("", alone, 50).value() <= TARGET_START_MILLIS,
                List.of(
                        millis("most", taken, 100),
                        millis("most with none", alone, 100),
                        Figure.perSecond("endpoints created and in service", created)),
                List.of());
    }

    private static Figure millis(String name, Histogram taken, double percentile) {
        return Figure.millis(name, taken.getValueAtPercentile(percentile) / 1e6);
    }

    private static ApiClient api(AllInOneProcess allInOne) throws IOException, InterruptedException {
        Map<String, String> environment = allInOne.environment(READY);
        return new ApiClient(AllInOneProcess.api(environment), AllInOneProcess.token(environment));
    }

    /// Starts it several times and leaves it running.
    private static Histogram starts(AllInOneProcess allInOne) throws IOException, InterruptedException {
        var starts = new Histogram(3);
        for (int n = 0; n <= STARTS; n++) {
            allInOne.close();
            long begin = System.nanoTime();
            allInOne.launch();
            allInOne.environment(READY);
            // The first one makes the data folder, or follows another kind of work.
            if (n > 0) {
                starts.recordValue(System.nanoTime() - begin);
            }
        }
        return starts;
    }

    private static void create(ApiClient api, int count) throws IOException, InterruptedException {
        api.sageMaker(
                "CreateEndpointConfig",
                Map.of(
                        "EndpointConfigName",
                        CONFIG,
                        "ExecutionRoleArn",
                        "arn:aws:iam::000000000000:role/millrace",
                        "ProductionVariants",
                        List.of(Map.of(
                                "VariantName",
                                "AllTraffic",
                                "InstanceType",
                                "ml.m5.large",
                                "InitialInstanceCount",
                                1))));
        for (int n = 0; n < count; n++) {
            api.sageMaker("CreateEndpoint", Map.of("EndpointName", "many-" + n, "EndpointConfigName", CONFIG));
        }
        Wait.until(
                count + " endpoints in service",
                PATIENCE,
                () -> names(api, Map.of("StatusEquals", "InService"), count) == count);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static Histogram timed(Work work) throws IOException, InterruptedException {
        var taken = new Histogram(3);
        long from = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        long end = from + TimeUnit.SECONDS.toNanos(5);
        for (long before = System.nanoTime(); before < end; before = System.nanoTime()) {
            work.run();
            if (before >= from) {
                taken.recordValue(System.nanoTime() - before);
            }
        }
        return taken;
    }

    /// Lists so many endpoints, a page after the other, at least one page.
    private static void list(ApiClient api, int count) throws IOException, InterruptedException {
        int listed = names(api, Map.of(), count);
        if (listed < count) {
            throw new IOException(listed + " endpoints listed, not " + count);
        }
    }

    private static int names(ApiClient api, Map<String, Object> filter, int count)
            throws IOException, InterruptedException {
        int listed = 0;
        var request = new HashMap<>(filter);
        request.put("MaxResults", PAGE);
        while (true) {
            JsonNode answer = api.sageMaker("ListEndpoints", request);
            listed += answer.path("Endpoints").size();
            JsonNode next = answer.path("NextToken");
            if (next.isMissingNode() || listed >= count) {
                return listed;
            }
            request.put("NextToken", next.asString());
        }
    }
}

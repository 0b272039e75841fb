package dev.millrace.model;

import static dev.millrace.model.Digits.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What shares a run and what does not, seen through models whose answers tell.
class BatchingTest {
    private static final String JSON = "application/json";
    private static final RunnerConfig LONG_DELAY =
            new RunnerConfig(1, 4, Duration.ofSeconds(20), Duration.ofSeconds(60), 100, 1 << 20, 1 << 20);

    /// For rows of ones it answers how many rows shared the run, because it adds them up.
    private static Path rowCounter(String batchName) {
        return new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, batchName, "1")
                .output("y", OnnxBytes.FLOAT, batchName, "1")
                .longs("axis", 0)
                .floats("zero", 0f)
                .node("ReduceSum", List.of("x", "axis"), "sum", OnnxBytes.attribute("keepdims", 1))
                .node("Mul", List.of("x", "zero"), "nothing")
                .node("Add", List.of("nothing", "sum"), "y")
                .toFile();
    }

    @Test
    void requestsThatWaitShareARunUpToTheLimit() {
        try (LoadedModel model = LoadedModel.of(rowCounter("batch"), LONG_DELAY)) {
            List<Double> counts = ask(model, 8, i -> 1.0);

            assertThat(counts).containsOnly(4.0);
        }
    }

    @Test
    void aRequestOfManyRowsIsNotSplitAmongOthers() {
        try (LoadedModel model = LoadedModel.of(rowCounter("batch"), LONG_DELAY)) {
            CompletableFuture<ModelResponse> three = submit(model, "[[1],[1],[1]]");
            CompletableFuture<ModelResponse> two = submit(model, "[[1],[1]]");

            assertThat(values(three.join())).containsExactly(3.0, 3.0, 3.0);
            submit(model, "[[1],[1]]").join();
            assertThat(values(two.join())).containsExactly(4.0, 4.0);
        }
    }

    @Test
    void rowsThatInfluenceOneAnotherAreNeverPutTogether() {
        try (LoadedModel model = LoadedModel.of(rowCounter("time"), LONG_DELAY)) {
            for (int round = 0; round < 3; round++) {
                List<Double> values = ask(model, 4, i -> i + 1.0);

                assertThat(values).containsExactly(1.0, 2.0, 3.0, 4.0);
            }
        }
    }

    @Test
    void rowsOfAnUnnamedDimensionArePutTogetherOnceThatIsProven() {
        Path doubler = new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, "?", "1")
                .output("y", OnnxBytes.FLOAT, "?", "1")
                .node("Add", List.of("x", "x"), "y")
                .toFile();
        try (LoadedModel model = LoadedModel.of(doubler, LONG_DELAY)) {
            for (int round = 0; round < 5; round++) {
                assertThat(ask(model, 4, i -> i + 1.0)).containsExactly(2.0, 4.0, 6.0, 8.0);
            }
        }
    }

    @Test
    void rowsWhoseNumberChangesOnTheWayAreNeverPutTogether() {
        Path twice = new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, "batch", "1")
                .output("y", OnnxBytes.FLOAT, "found", "1")
                .node("Concat", List.of("x", "x"), "y", OnnxBytes.attribute("axis", 0))
                .toFile();
        try (LoadedModel model = LoadedModel.of(twice, LONG_DELAY)) {
            for (int round = 0; round < 3; round++) {
                assertThat(ask(model, 4, i -> i + 1.0)).containsExactly(1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0);
            }
        }
    }

    @Test
    void inputsThatNeedNotHaveEquallyManyRowsRunOneRequestAtATime() {
        Path lookup = new OnnxBytes()
                .input("table", OnnxBytes.FLOAT, "?")
                .input("index", OnnxBytes.INT64, "?")
                .output("y", OnnxBytes.FLOAT, "?")
                .node("Gather", List.of("table", "index"), "y")
                .toFile();
        try (LoadedModel model = LoadedModel.of(lookup, LONG_DELAY)) {
            String body = "{\"inputs\":{\"table\":[7,8,9],\"index\":[2,0]}}";

            assertThat(values(submit(model, body).join())).containsExactly(9.0, 7.0);
        }
    }

    @Test
    void aModelOfAFixedBatchRunsOneRequestAtATime() {
        Path fixed = new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, "1", "1")
                .output("y", OnnxBytes.FLOAT, "1", "1")
                .node("Add", List.of("x", "x"), "y")
                .toFile();
        try (LoadedModel model = LoadedModel.of(fixed, LONG_DELAY)) {
            assertThat(ask(model, 6, i -> i + 1.0)).containsExactly(2.0, 4.0, 6.0, 8.0, 10.0, 12.0);
        }
    }

    @Test
    void oneBadInputOfABatchHurtsNobodyElse() {
        Path lookup = new OnnxBytes()
                .input("index", OnnxBytes.INT64, "batch")
                .output("y", OnnxBytes.FLOAT, "batch")
                .floats("table", 10f, 11f, 12f, 13f)
                .node("Gather", List.of("table", "index"), "y")
                .toFile();
        try (LoadedModel model = LoadedModel.of(lookup, LONG_DELAY)) {
            List<CompletableFuture<ModelResponse>> futures = new ArrayList<>();
            for (String index : List.of("0", "99", "2", "3")) {
                futures.add(submit(model, "[" + index + "]"));
            }

            assertThat(values(futures.get(0).join())).containsExactly(10.0);
            assertThat(futures.get(1).join()).isInstanceOfSatisfying(ModelResponse.Refused.class, refused -> {
                assertThat(refused.statusCode()).isBetween(400, 500);
                assertThat(refused.message()).contains("out of data bounds");
            });
            assertThat(values(futures.get(2).join())).containsExactly(12.0);
            assertThat(values(futures.get(3).join())).containsExactly(13.0);
        }
    }

    @Test
    void requestsOfDifferentRowShapesAreAnsweredEachByItself() {
        Path identity = new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, "batch", "length")
                .output("y", OnnxBytes.FLOAT, "batch", "length")
                .node("Identity", List.of("x"), "y")
                .toFile();
        try (LoadedModel model = LoadedModel.of(identity, RunnerConfig.ofThreads(1))) {
            List<CompletableFuture<ModelResponse>> futures = IntStream.range(0, 50)
                    .mapToObj(i -> submit(model, i % 2 == 0 ? "[[1,2,3]]" : "[[4,5]]"))
                    .toList();

            for (int i = 0; i < 50; i++) {
                assertThat(values(futures.get(i).join()))
                        .isEqualTo(i % 2 == 0 ? List.of(1.0, 2.0, 3.0) : List.of(4.0, 5.0));
            }
        }
    }

    @Test
    void aBatchOfASlowModelIsKeptShort() {
        var impatient = new RunnerConfig(1, 32, Duration.ZERO, Duration.ofNanos(1), 100, 1 << 20, 1 << 20);
        try (LoadedModel model = LoadedModel.of(rowCounter("batch"), impatient)) {
            submit(model, "[[1]]").join();

            assertThat(ask(model, 20, i -> 1.0)).containsOnly(1.0);
        }
    }

    private static List<Double> ask(LoadedModel model, int requests, java.util.function.IntToDoubleFunction value) {
        List<CompletableFuture<ModelResponse>> futures = IntStream.range(0, requests)
                .mapToObj(i -> submit(model, "[[" + value.applyAsDouble(i) + "]]"))
                .toList();
        return futures.stream()
                .map(CompletableFuture::join)
                .flatMap(response -> values(response).stream())
                .toList();
    }

    private static CompletableFuture<ModelResponse> submit(LoadedModel model, String body) {
        return model.runner().run(LoadedModel.request(utf8(body), JSON, JSON, LaneId.Kind.ASYNCHRONOUS));
    }

    private static List<Double> values(ModelResponse response) {
        List<Double> values = new ArrayList<>();
        Answered.json(LoadedModel.success(response))
                .get("outputs")
                .get(0)
                .get("data")
                .forEach(value -> values.add(value.asDouble()));
        return values;
    }
}

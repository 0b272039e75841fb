package dev.millrace.model;

import static dev.millrace.model.Digits.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner.ModelRequest;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.testkit.TestModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Order, refusal, cancellation and closing.
class RunnerTest {
    private static final String NPY = "application/x-npy";
    private static final List<float[]> ROWS = Digits.features(TestModel.DIGITS);

    private static final List<float[]> IMAGES = Digits.features(TestModel.DIGITS_HIRES);

    /// Keeps a pool of one thread busy for some tenths of a second; made before, so that others can follow at once.
    private static final ModelRequest LONG_RUN = hires(IMAGES.subList(0, 80), LaneId.Kind.ASYNCHRONOUS);

    private static ModelRequest hires(List<float[]> images, LaneId.Kind kind) {
        return LoadedModel.request(Digits.npy(TestModel.DIGITS_HIRES.rowShape(), images), NPY, NPY, kind);
    }

    /// Returns once the pool of one thread is busy with a long run.
    private static CompletableFuture<ModelResponse> occupied(LoadedModel model) {
        var started = new CompletableFuture<Void>();
        CompletableFuture<ModelResponse> busy = model.runner().run(LONG_RUN, () -> started.complete(null));
        started.join();
        return busy;
    }

    private static RunnerConfig config(int maxBatchRows, int maxWaiting) {
        return new RunnerConfig(1, maxBatchRows, Duration.ZERO, Duration.ofMillis(10), maxWaiting, 64 << 20, 1 << 20);
    }

    /// To the model that gives as many numbers as its input says.
    private static ModelRequest stretched(int numbers) {
        byte[] body = ("[[" + numbers + "]]").getBytes(StandardCharsets.UTF_8);
        return LoadedModel.request(body, "application/json", "application/json", LaneId.Kind.ASYNCHRONOUS);
    }

    @Test
    void callersWhoWaitGoFirstAndEveryTenthTurnIsTheOthers() {
        List<LaneId.Kind> order = Collections.synchronizedList(new ArrayList<>());
        List<float[]> image = IMAGES.subList(0, 1);
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS_HIRES.model(), config(1, 100))) {
            CompletableFuture<ModelResponse> busy = occupied(model);
            List<CompletableFuture<ModelResponse>> futures = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                LaneId.Kind kind = i < 20 ? LaneId.Kind.ASYNCHRONOUS : LaneId.Kind.REAL_TIME;
                futures.add(model.runner().run(hires(image, kind), () -> order.add(kind)));
            }
            busy.join();
            futures.forEach(CompletableFuture::join);
        }

        assertThat(order).hasSize(40);
        assertThat(order.subList(0, 9)).containsOnly(LaneId.Kind.REAL_TIME);
        assertThat(order.get(9)).isEqualTo(LaneId.Kind.ASYNCHRONOUS);
        assertThat(order.subList(10, 19)).containsOnly(LaneId.Kind.REAL_TIME);
        assertThat(order.get(19)).isEqualTo(LaneId.Kind.ASYNCHRONOUS);
    }

    @Test
    void aCancelledRequestIsNeverStarted() {
        AtomicInteger started = new AtomicInteger();
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS_HIRES.model(), config(8, 100))) {
            CompletableFuture<ModelResponse> busy = occupied(model);
            CompletableFuture<ModelResponse> given = model.runner().run(LONG_RUN, started::incrementAndGet);
            CompletableFuture<ModelResponse> last = model.runner().run(LONG_RUN);
            given.cancel(false);
            busy.join();

            assertThat(last.join()).isInstanceOf(ModelResponse.Success.class);
            assertThat(started).hasValue(0);
        }
    }

    @Test
    void requestsBeyondTheBoundAreRefusedAtOnce() {
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS_HIRES.model(), config(1, 4))) {
            CompletableFuture<ModelResponse> busy = occupied(model);
            List<CompletableFuture<ModelResponse>> futures = IntStream.range(0, 8)
                    .mapToObj(i -> model.runner().run(LONG_RUN))
                    .toList();

            List<CompletableFuture<ModelResponse>> refused = futures.stream()
                    .filter(CompletableFuture::isCompletedExceptionally)
                    .toList();
            assertThat(refused).hasSize(4);
            assertThatThrownBy(() -> refused.getFirst().join())
                    .hasCauseInstanceOf(PlatformException.class)
                    .cause()
                    .extracting(cause -> ((PlatformException) cause).code())
                    .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
            assertThat(busy.join()).isInstanceOf(ModelResponse.Success.class);
        }
    }

    @Test
    void anOutputBeyondTwoGigabytesIsTheModelsFailureAndHarmsNoOther() {
        try (LoadedModel model = LoadedModel.of(TestModel.stretch(), config(1, 100))) {
            CompletableFuture<ModelResponse> huge = model.runner().run(stretched(540_000_000));
            CompletableFuture<ModelResponse> next = model.runner().run(stretched(3));

            assertThat(huge.join()).isInstanceOfSatisfying(ModelResponse.Refused.class, refused -> {
                assertThat(refused.statusCode()).isEqualTo(500);
                assertThat(refused.message()).contains("2160000000 bytes, the most is 2147483647");
            });
            assertThat(next.join()).isInstanceOf(ModelResponse.Success.class);
        }
    }

    @Test
    void closingEndsWhatRunsAndGivesUpWhatWaits() {
        List<CompletableFuture<ModelResponse>> futures = new ArrayList<>();
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS_HIRES.model(), config(1, 100))) {
            for (int i = 0; i < 5; i++) {
                futures.add(model.runner().run(LONG_RUN));
            }
        }

        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThatThrownBy(() -> futures.getLast().join())
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the model is being closed");
    }

    @Test
    void manyCallersGetTheirOwnAnswers() throws InterruptedException {
        int callers = 8;
        int runs = 2_000;
        AtomicInteger mismatches = new AtomicInteger();
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS, 2)) {
            List<byte[]> bodies = ROWS.stream()
                    .map(row -> Digits.npy(TestModel.DIGITS.rowShape(), List.of(row)))
                    .toList();
            List<float[]> expected = bodies.stream()
                    .map(body ->
                            Answered.npy(model.success(body, NPY, NPY).body().bytes()))
                    .toList();
            List<Thread> threads = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int from = caller * 41;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < runs; i++) {
                        int row = (from + i * 7) % bodies.size();
                        float[] answer = Answered.npy(
                                model.success(bodies.get(row), NPY, NPY).body().bytes());
                        mismatches.addAndGet(isClose(answer, expected.get(row)) ? 0 : 1);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        assertThat(mismatches).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image/png                |              | 415 | not supported",
                "nonsense                 |              | 415 | malformed",
                "application/json         | image/png    | 406 | no accepted type",
                "application/octet-stream |              | 415 | set the content type",
                "application/x-npy        |              | 400 | not an NPY file",
                "application/vnd.sagemaker-triton.binary+json | | 400 | json-header-size"
            })
    void aRequestThatCannotBeReadIsRefusedWithTheReason(String type, String accept, int status, String reason) {
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS, 1)) {
            assertThat(model.run(utf8("{}"), type, accept)).isEqualTo(refusal(model, type, accept, status, reason));
        }
    }

    private static ModelResponse refusal(LoadedModel model, String type, String accept, int status, String reason) {
        ModelResponse.Refused refused = (ModelResponse.Refused) model.run(utf8("{}"), type, accept);
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.message()).contains(reason);
        return refused;
    }

    @Test
    void aRawBodyOfExactlyOneTensorIsRun() {
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS, 1)) {
            ModelResponse.Success answer =
                    model.success(Digits.floats(List.of(ROWS.getFirst())), "application/octet-stream", "*/*");

            assertThat(answer.body().size()).isEqualTo(40);
        }
    }

    private static boolean isClose(float[] a, float[] b) {
        boolean isClose = a.length == b.length;
        for (int i = 0; isClose && i < a.length; i++) {
            isClose = Math.abs(a[i] - b[i]) < 1e-5;
        }
        return isClose;
    }
}

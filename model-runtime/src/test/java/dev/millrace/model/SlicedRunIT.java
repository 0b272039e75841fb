package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.invocation.port.ModelRunner.SlicedOutput;
import dev.millrace.testkit.TestModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Inputs larger than memory, against the same rows run at once.
class SlicedRunIT {
    private static final String NPY = "application/x-npy";
    private static final String CSV = "text/csv";
    private static final TestModel DIGITS = TestModel.DIGITS;
    private static final List<float[]> ROWS = Digits.features(DIGITS);

    /// Slices of 100 rows, so that a test set has several and an incomplete last one.
    private static final RunnerConfig SMALL_SLICES =
            new RunnerConfig(2, 32, Duration.ZERO, Duration.ofMillis(10), 100, 1 << 20, 100 * 256);

    private static final class Collected implements SlicedOutput {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private String contentType = "";

        @Override
        public void begin(String type) {
            contentType = type;
        }

        @Override
        public void write(ByteBuffer part) {
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            bytes.writeBytes(copy);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "application/x-npy,application/x-npy",
        "application/x-npy,application/x-npy;output=label",
        "application/x-npy,text/csv",
        "application/x-npy,",
        "text/csv,text/csv",
        "text/csv,",
        "binary,",
        "binary,application/x-npy",
        "binary,text/csv"
    })
    void answersAsTheWholeInputAtOnceWould(String type, String accept) throws IOException, InterruptedException {
        try (LoadedModel model = LoadedModel.of(DIGITS.model(), SMALL_SLICES)) {
            byte[] binaryHeader = Digits.binaryHeader("image", DIGITS.rowShape(), ROWS.size(), ROWS.size() * 256L);
            String contentType = type.equals("binary") ? Digits.binaryType(binaryHeader) : type;
            byte[] body = switch (type) {
                case NPY -> Digits.npy(DIGITS.rowShape(), ROWS);
                case CSV -> Digits.csv(ROWS);
                default -> Digits.concat(binaryHeader, Digits.floats(ROWS));
            };
            ModelResponse.Success whole = model.success(body, contentType, accept);
            var collected = new Collected();

            assertThat(model.runner().canSlice(contentType, accept)).isTrue();
            ModelResponse.Success sliced = LoadedModel.success(model.runner()
                    .runSliced(new ByteArrayInputStream(body), body.length, contentType, accept, collected));

            assertThat(sliced.body().size()).isZero();
            assertThat(sliced.contentType()).isEqualTo(whole.contentType()).isEqualTo(collected.contentType);
            if (!sliced.contentType().contains("csv") && !String.valueOf(accept).contains("label")) {
                List<float[]> expected = Answered.probabilities(whole, 10);
                List<float[]> answers = Answered.probabilities(
                        new ModelResponse.Success(
                                dev.millrace.invocation.Payload.of(collected.bytes.toByteArray()),
                                sliced.contentType(),
                                null),
                        10);
                assertThat(answers).hasSameSizeAs(expected);
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(answers.get(i))
                            .containsExactly(expected.get(i), org.assertj.core.data.Offset.offset(1e-5f));
                }
            }
            assertThat(collected.bytes.size())
                    .isCloseTo(whole.body().size(), org.assertj.core.data.Percentage.withPercentage(1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256 * 99, 256 * 250 + 3})
    void anInputThatEndsEarlyIsRefusedWithItsRow(int missing) throws IOException, InterruptedException {
        byte[] body = Digits.npy(DIGITS.rowShape(), ROWS);
        int row = ROWS.size() - (missing - 1) / 256;

        assertThat(refusal(Arrays.copyOf(body, body.length - missing), -1, NPY)).contains("ends within row " + row);
    }

    @Test
    void lengthsThatContradictTheHeaderAreRefusedBeforeAnythingRuns() throws IOException, InterruptedException {
        byte[] body = Digits.npy(DIGITS.rowShape(), ROWS);
        byte[] longer = Arrays.copyOf(body, body.length + 1);

        assertThat(refusal(longer, longer.length, NPY)).contains("bytes of elements (expected:");
        assertThat(refusal(longer, -1, NPY)).contains("goes on after its last row 360");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,2,3|row 361 has 3 columns (expected: 64)",
                "\"1|row 361 is malformed",
                "a,2|row 361, column 1: 'a'"
            })
    void aBadLastRowOfCsvIsRefusedWithItsNumber(String lastRow, String reason)
            throws IOException, InterruptedException {
        byte[] body = Digits.concat(Digits.csv(ROWS), Digits.utf8(lastRow));

        assertThat(refusal(body, body.length, CSV)).contains(reason);
    }

    @Test
    void aRowThatTheModelFailsOnIsNamed() throws IOException, InterruptedException {
        Path lookup = new OnnxBytes()
                .input("index", OnnxBytes.INT64, "batch", "1")
                .output("y", OnnxBytes.FLOAT, "batch", "1")
                .floats("table", 10f, 11f, 12f, 13f)
                .node("Gather", List.of("table", "index"), "y")
                .toFile();
        var csv = new StringBuilder("1\n".repeat(5_000)).replace(2 * 4_321, 2 * 4_321 + 1, "9");
        try (LoadedModel model = LoadedModel.of(lookup, SMALL_SLICES)) {
            byte[] body = Digits.utf8(csv.toString());
            ModelResponse response =
                    model.runner().runSliced(new ByteArrayInputStream(body), body.length, CSV, CSV, new Collected());

            assertThat(((ModelResponse.Refused) response).message())
                    .startsWith("row 4322: the model failed on this input");
        }
    }

    @Test
    void whatCannotBeSlicedIsKnownBefore() {
        try (LoadedModel model = LoadedModel.of(DIGITS, 1)) {
            assertThat(model.runner().canSlice("application/json", null)).isFalse();
            assertThat(model.runner().canSlice(CSV, NPY)).isFalse();
            assertThat(model.runner().canSlice(NPY, "application/json")).isFalse();
            assertThat(model.runner().canSlice("image/png", null)).isFalse();
            assertThat(model.runner().canSlice(null, null)).isFalse();
        }
    }

    @Test
    void aGigabyteRunsInAProcessOfHalfThatMemory() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-Xss512k",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dmillrace.root=" + System.getProperty("millrace.root"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GigabyteRun.class.getName(),
                        Long.toString(1L << 30))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("wrong=0");
        assertThat(Long.parseLong(output.replaceAll("(?s).*peakKb=([0-9]+).*", "$1")))
                .as(output)
                .isLessThan(512 << 10);
    }

    private static String refusal(byte[] body, long length, String type) throws IOException, InterruptedException {
        try (LoadedModel model = LoadedModel.of(DIGITS.model(), SMALL_SLICES)) {
            ModelResponse response =
                    model.runner().runSliced(new ByteArrayInputStream(body), length, type, null, new Collected());
            return ((ModelResponse.Refused) response).message();
        }
    }
}

package dev.millrace.model;

import static dev.millrace.model.Digits.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.testkit.TestModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What comes back, for models whose outputs are not just numbers, and for callers who ask for a part.
class AnswersTest {
    private static final String JSON = "application/json";
    private static final String BINARY = "application/vnd.sagemaker-triton.binary+json";
    private static final float[] DIGIT = TestModel.DIGITS.rows().getFirst().features();

    @Test
    void jsonHasNoNanAndNoInfinitiesAndCsvSpellsThem() {
        Path logarithm = new OnnxBytes()
                .input("x", OnnxBytes.FLOAT, "batch", "3")
                .output("y", OnnxBytes.FLOAT, "batch", "3")
                .node("Log", List.of("x"), "y")
                .toFile();
        try (LoadedModel model = LoadedModel.of(logarithm, RunnerConfig.ofThreads(1))) {
            byte[] body = utf8("[[1,0,-1]]");

            assertThat(model.success(body, JSON, JSON).body().utf8()).contains("\"data\":[0.0,null,null]");
            assertThat(model.success(body, JSON, "text/csv").body().utf8()).isEqualTo("0.0,-inf,nan\n");
        }
    }

    @Test
    void textsGoInAndOut() {
        Path identity = new OnnxBytes()
                .input("x", OnnxBytes.STRING, "batch")
                .output("y", OnnxBytes.STRING, "batch")
                .node("Identity", List.of("x"), "y")
                .toFile();
        try (LoadedModel model = LoadedModel.of(identity, RunnerConfig.ofThreads(1))) {
            byte[] body = utf8("[\"a,b\",\"\\u00fc\"]");

            assertThat(model.success(body, JSON, JSON).body().utf8())
                    .contains("\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"a,b\",\"ü\"]");
            assertThat(model.success(body, JSON, "text/csv").body().utf8()).isEqualTo("\"a,b\"\nü\n");
            assertThat(model.run(body, JSON, "application/x-npy"))
                    .isInstanceOfSatisfying(
                            ModelResponse.Refused.class,
                            refused -> assertThat(refused.statusCode()).isEqualTo(406));
        }
    }

    @Test
    void mapsOfClassesBecomeColumns() {
        Path zipped = new OnnxBytes()
                .inDomain("ai.onnx.ml")
                .input("x", OnnxBytes.FLOAT, "?", "3")
                .outputMaps("probabilities")
                .node("ZipMap", List.of("x"), "probabilities", OnnxBytes.attributes("classlabels_int64s", 5, 6, 7))
                .toFile();
        try (LoadedModel model = LoadedModel.of(zipped, RunnerConfig.ofThreads(1))) {
            assertThat(model.success(utf8("[[1,2,3],[4,5,6]]"), JSON, JSON)
                            .body()
                            .utf8())
                    .contains(
                            "\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[2,3],\"data\":[1.0,2.0,3.0,4.0,5.0,6.0]");
        }
    }

    @Test
    void onlyTheWantedOutputsComeBackUnderTheRequestsId() {
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS, 1)) {
            JsonNode answer = Answered.json(model.success(digit(",\"outputs\":[{\"name\":\"label\"}]"), JSON, JSON));

            assertThat(answer.get("id").asString()).isEqualTo("one");
            assertThat(answer.get("outputs").size()).isEqualTo(1);
            assertThat(Answered.output(answer, "label").get("data").get(0).asInt())
                    .isEqualTo(7);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "                                                                    |"
                        + " application/vnd.sagemaker-triton.binary+json",
                ",\"parameters\":{\"binary_data_output\":true}                       | none",
                ",\"parameters\":{\"binary_data_output\":true}                       | */*",
                ",\"outputs\":[{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}}] | none"
            })
    void theBinaryFormComesBackWhenHeadersOrBodyAskForIt(String more, String accept) {
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS, 1)) {
            ModelResponse.Success answer = model.success(digit(more == null ? "" : more), JSON, accept);

            assertThat(answer.contentType()).startsWith(BINARY + ";json-header-size=");
            assertThat(Answered.best(Answered.probabilities(answer, 10).getFirst()))
                    .isEqualTo(7);
        }
    }

    @Test
    void theAcceptHeaderIsStrongerThanTheBody() {
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS, 1)) {
            assertThat(model.success(digit(",\"parameters\":{\"binary_data_output\":true}"), JSON, JSON)
                            .contentType())
                    .isEqualTo(JSON);
            assertThat(model.success(digit(""), JSON, "image/png, text/csv;q=0.5, application/x-npy;q=0.9")
                            .contentType())
                    .isEqualTo("application/x-npy");
            assertThat(model.success(digit(""), JSON, "text/*").contentType()).isEqualTo("text/csv");
        }
    }

    @Test
    void theSamplesRequestsGetTheirAnswers() throws java.io.IOException {
        for (TestModel sample : List.of(TestModel.DIGITS, TestModel.BREAST_CANCER)) {
            try (LoadedModel model = LoadedModel.of(sample, 1)) {
                JsonNode samples = tools.jackson.databind.json.JsonMapper.builder()
                        .build()
                        .readTree(java.nio.file.Files.readAllBytes(sample.samples()));
                assertThat(samples.size()).isEqualTo(8);
                for (JsonNode each : samples) {
                    JsonNode answer = Answered.json(
                            model.success(each.get("request").toString().getBytes(StandardCharsets.UTF_8), JSON, JSON));

                    assertThat(answer.get("id")).isEqualTo(each.get("request").get("id"));
                    assertThat(Answered.output(answer, "label")
                                    .get("data")
                                    .get(0)
                                    .asInt())
                            .isEqualTo(each.get("expected").get("label").asInt());
                }
            }
        }
    }

    private static byte[] digit(String more) {
        String request =
                new String(Digits.json("image", TestModel.DIGITS.rowShape(), List.of(DIGIT)), StandardCharsets.UTF_8);
        return utf8(request.substring(0, request.length() - 1) + more + "}");
    }
}

package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every model of the samples, through every format, on its whole held-out test set.
class ModelAccuracyIT {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    enum Form {
        JSON("application/json", ""),
        PLAIN_ARRAYS("application/json", "application/json"),
        INSTANCES("application/json; charset=utf-8", "*/*"),
        BINARY("", ""),
        CSV("text/csv", "text/csv"),
        NPY("application/x-npy", "application/x-npy"),
        NPY_TO_JSON("application/x-npy", "application/json"),
        JSON_TO_CSV("application/json", "text/csv");

        private final String contentType;
        private final String accept;

        Form(String contentType, String accept) {
            this.contentType = contentType;
            this.accept = accept;
        }
    }

    static Stream<Arguments> everyModelInEveryForm() {
        return Stream.of(TestModel.values())
                .flatMap(model -> Stream.of(Form.values())
                        .flatMap(form -> (model == TestModel.DIGITS_HIRES ? Stream.of(7) : Stream.of(1, 50))
                                .map(rows -> Arguments.of(model, form, rows))));
    }

    @ParameterizedTest
    @MethodSource("everyModelInEveryForm")
    void answersTheWholeTestSetAsTheManifestSays(TestModel model, Form form, int rowsPerRequest) throws IOException {
        List<TestModel.Row> rows = model.rows();
        JsonNode manifest = MAPPER.readTree(Files.readAllBytes(model.manifest()));
        float[] expected = Answered.npy(Files.readAllBytes(model.probabilities()));
        int classes = expected.length / rows.size();
        List<float[]> answers = new ArrayList<>();

        try (LoadedModel loaded = LoadedModel.of(model, 2)) {
            for (int from = 0; from < rows.size(); from += rowsPerRequest) {
                List<float[]> features = rows.subList(from, Math.min(rows.size(), from + rowsPerRequest)).stream()
                        .map(TestModel.Row::features)
                        .toList();
                answers.addAll(Answered.probabilities(ask(loaded, model, form, features), classes));
            }
        }

        int right = 0;
        for (int i = 0; i < rows.size(); i++) {
            right += Answered.best(answers.get(i)) == rows.get(i).label() ? 1 : 0;
            for (int c = 0; c < classes; c++) {
                assertThat(answers.get(i)[c]).isCloseTo(expected[i * classes + c], within(1e-5f));
            }
        }
        assertThat(answers).hasSameSizeAs(rows);
        assertThat(right / (double) rows.size())
                .isCloseTo(manifest.get("test_accuracy").asDouble(), within(5e-5));
    }

    private static ModelResponse.Success ask(LoadedModel loaded, TestModel model, Form form, List<float[]> rows) {
        List<Integer> shape = model.rowShape();
        String name = model == TestModel.BREAST_CANCER ? "features" : "image";
        return switch (form) {
            case JSON, JSON_TO_CSV -> loaded.success(Digits.json(name, shape, rows), form.contentType, form.accept);
            case PLAIN_ARRAYS -> loaded.success(Digits.plain("", rows, ""), form.contentType, form.accept);
            case INSTANCES -> loaded.success(Digits.plain("{\"instances\":", rows, "}"), form.contentType, form.accept);
            case CSV -> loaded.success(Digits.csv(rows), form.contentType, form.accept);
            case NPY, NPY_TO_JSON -> loaded.success(Digits.npy(shape, rows), form.contentType, form.accept);
            case BINARY -> {
                byte[] data = Digits.floats(rows);
                byte[] header = Digits.binaryHeader(name, shape, rows.size(), data.length);
                yield loaded.success(Digits.concat(header, data), Digits.binaryType(header), form.accept);
            }
        };
    }
}

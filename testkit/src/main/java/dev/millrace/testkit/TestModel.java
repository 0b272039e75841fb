package dev.millrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A small trained model of `samples` with its held-out test set.
public enum TestModel {
    /// 8 by 8 images of handwritten digits, ten classes; microseconds per row.
    DIGITS("digits"),
    /// The same digits at 112 by 112; milliseconds per row. Its test set is that of [#DIGITS], scaled up.
    DIGITS_HIRES("digits-hires"),
    /// Thirty measurements, two classes; microseconds per row.
    BREAST_CANCER("breast-cancer");

    private static final int DIGIT_SIDE = 8;
    private static final int HIRES_SCALE = 14;

    private final String folder;

    TestModel(String folder) {
        this.folder = folder;
    }

    /// One held-out row.
    ///
    /// @param features in the order of the model's input, flattened
    @SuppressWarnings("ArrayRecordComponent")
    public record Row(int label, float[] features) {}

    /// The ONNX file.
    public Path model() {
        return file("model.onnx");
    }

    /// Facts about the model, its accuracy on the test set among them.
    public Path manifest() {
        return file("manifest.json");
    }

    /// The probabilities that the model must give for the test set, as NPY float32, made without ONNX Runtime.
    public Path probabilities() {
        return file("test_probabilities.npy");
    }

    /// The test set's inputs as NPY float32; none for [#DIGITS_HIRES].
    public Path inputs() {
        return file("test_inputs.npy");
    }

    /// The test set's labels as NPY int64; none for [#DIGITS_HIRES].
    public Path labels() {
        return file("test_labels.npy");
    }

    /// The test set as CSV with a header and the label first; none for [#DIGITS_HIRES].
    public Path csv() {
        return file("test.csv");
    }

    /// Eight requests in the Open Inference Protocol with the answers to expect; none for [#DIGITS_HIRES].
    public Path samples() {
        return file("samples.json");
    }

    /// The shape of one row of the input.
    public List<Integer> rowShape() {
        return switch (this) {
            case DIGITS -> List.of(1, DIGIT_SIDE, DIGIT_SIDE);
            case DIGITS_HIRES -> List.of(1, DIGIT_SIDE * HIRES_SCALE, DIGIT_SIDE * HIRES_SCALE);
            case BREAST_CANCER -> List.of(30);
        };
    }

    /// The whole test set.
    public List<Row> rows() {
        return switch (this) {
            case DIGITS, BREAST_CANCER -> readCsv();
            case DIGITS_HIRES ->
                DIGITS.rows().stream()
                        .map(row -> new Row(row.label(), scaledUp(row.features())))
                        .toList();
        };
    }

    /// A model that gives as many numbers as its input says; it has no test set.
    public static Path stretch() {
        return Modules.root().resolve("testkit/src/main/resources/dev/millrace/testkit/stretch.onnx");
    }

    private Path file(String name) {
        return Modules.root().resolve("samples").resolve(folder).resolve(name);
    }

    private List<Row> readCsv() {
        try {
            return Files.readAllLines(csv()).stream()
                    .skip(1)
                    .map(line -> line.split(","))
                    .map(fields -> new Row(Integer.parseInt(fields[0]), numbers(fields)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + csv(), e);
        }
    }

    private static float[] numbers(String[] fields) {
        var numbers = new float[fields.length - 1];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(fields[i + 1]);
        }
        return numbers;
    }

    private static float[] scaledUp(float[] digit) {
        int side = DIGIT_SIDE * HIRES_SCALE;
        var image = new float[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image[y * side + x] = digit[y / HIRES_SCALE * DIGIT_SIDE + x / HIRES_SCALE];
            }
        }
        return image;
    }
}

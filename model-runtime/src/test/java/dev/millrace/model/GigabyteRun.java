package dev.millrace.model;

import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs digits from a generated stream of a given size, checks every row, and prints what it took.
public final class GigabyteRun {
    private static final String NPY = "application/x-npy";

    private GigabyteRun() {}

    /// @param arguments bytes of input
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<float[]> rows = Digits.features(TestModel.DIGITS);
        byte[] period = Digits.floats(rows);
        long count = Long.parseLong(arguments[0]) / 256;
        byte[] header = Digits.npyHeader("<f4", "False", "(" + count + ", 1, 8, 8)");
        try (LoadedModel model = LoadedModel.of(TestModel.DIGITS, 2)) {
            byte[] labels = model.success(Digits.npy(TestModel.DIGITS.rowShape(), rows), NPY, NPY + ";output=label")
                    .body()
                    .bytes();
            byte[] expected = java.util.Arrays.copyOfRange(labels, labels.length - 8 * rows.size(), labels.length);
            var input = new RepeatedRows(header, period, header.length + count * 256);
            var output = new CheckedRows(128, expected);
            long start = System.nanoTime();
            LoadedModel.success(model.runner().runSliced(input, input.length(), NPY, NPY + ";output=label", output));
            double seconds = (System.nanoTime() - start) / 1e9;
            long missing = 128 + 8 * count - output.bytes();
            String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmHWM"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .findFirst()
                    .orElse("0");
            write("rows=" + count + " wrong=" + (output.wrong() + Math.abs(missing)) + " seconds=" + seconds
                    + " rowsPerSecond=" + Math.round(count / seconds) + " peakKb=" + peak);
        }
    }

    private static void write(String line) throws IOException {
        System.out.write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        System.out.flush();
    }
}

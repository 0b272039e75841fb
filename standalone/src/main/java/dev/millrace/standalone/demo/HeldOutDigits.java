package dev.millrace.standalone.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The images that the digits model was not trained on, with their labels: 360 of 8 × 8 pixels, 0 to 16.
final class HeldOutDigits {
    static final int PIXELS = 64;

    private final float[] pixels;
    private final int[] labels;

    private HeldOutDigits(float[] pixels, int[] labels) {
        this.pixels = pixels;
        this.labels = labels;
    }

    /// Reads `test_inputs.npy` (bytes) and `test_labels.npy` (64-bit integers), NumPy format 1.0, of the
    /// model's
    /// folder.
    static HeldOutDigits read(Path folder) throws IOException {
        ByteBuffer inputs = body(folder.resolve("test_inputs.npy"));
        var pixels = new float[inputs.remaining()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = inputs.get();
        }
        ByteBuffer wide = body(folder.resolve("test_labels.npy"));
        var labels = new int[wide.remaining() / Long.BYTES];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = Math.toIntExact(wide.getLong());
        }
        return new HeldOutDigits(pixels, labels);
    }

    int count() {
        return labels.length;
    }

    int label(int image) {
        return labels[image];
    }

    /// One image as an Open Inference Protocol v2 request.
    String json(int image) {
        var json = new StringBuilder(
                "{\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,8,8],\"datatype\":\"FP32\",\"data\":[");
        for (int i = 0; i < PIXELS; i++) {
            json.append(i == 0 ? "" : ",").append(pixels[image * PIXELS + i]);
        }
        return json.append("]}]}").toString();
    }

    /// All images, one line each.
    String csv() {
        var csv = new StringBuilder();
        for (int i = 0; i < pixels.length; i++) {
            csv.append((int) pixels[i]).append((i + 1) % PIXELS == 0 ? '\n' : ',');
        }
        return csv.toString();
    }

    /// All images that many times over as a NumPy file of shape (count × times, 1, 8, 8).
    byte[] npy(int times) {
        String header = String.format(
                Locale.ROOT, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 1, 8, 8), }", count() * times);
        int padded = (10 + header.length() + 1 + 63) / 64 * 64;
        var npy = ByteBuffer.allocate(padded + pixels.length * times * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        npy.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        npy.putShort((short) (padded - 10));
        npy.put(header.getBytes(StandardCharsets.US_ASCII));
        while (npy.position() < padded - 1) {
            npy.put((byte) ' ');
        }
        npy.put((byte) '\n');
        for (int i = 0; i < times; i++) {
            npy.asFloatBuffer().put(pixels);
            npy.position(npy.position() + pixels.length * Float.BYTES);
        }
        return npy.array();
    }

    /// The image as eight lines of characters, dark to bright.
    String[] drawing(int image) {
        var lines = new String[8];
        for (int row = 0; row < 8; row++) {
            var line = new StringBuilder();
            for (int column = 0; column < 8; column++) {
                char shade = " .:-=+*#%@".charAt(Math.min(9, (int) (pixels[image * PIXELS + row * 8 + column] / 1.7)));
                line.append(shade).append(shade);
            }
            lines[row] = line.toString();
        }
        return lines;
    }

    private static ByteBuffer body(Path file) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        all.position(10 + Short.toUnsignedInt(all.getShort(8)));
        return all.slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}

package dev.millrace.load.harness;

import dev.millrace.testkit.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The held-out digits as request bodies, with the labels that the model must give for them.
///
/// The expected labels are those of the probabilities that the model's training wrote down, right or wrong: the
/// reference is the model, not the digit.
public final class Digits {
    private static final int CLASSES = 10;
    private static final int NPY_ALIGNMENT = 64;
    private static final int NPY_FIXED = 10;

    private final TestModel model;
    private final List<TestModel.Row> rows;
    private final List<Integer> labels;

    /// @param model `DIGITS` or `DIGITS_HIRES`
    public Digits(TestModel model) {
        this.model = model;
        this.rows = model.rows();
        this.labels = labels(model);
    }

    public int count() {
        return rows.size();
    }

    /// One row as a request of the Open Inference Protocol.
    public byte[] json(int row) {
        List<Integer> shape = model.rowShape();
        var text = new StringBuilder("{\"inputs\":[{\"name\":\"image\",\"shape\":[1");
        shape.forEach(size -> text.append(',').append(size));
        text.append("],\"datatype\":\"FP32\",\"data\":[");
        float[] features = rows.get(row % count()).features();
        for (int i = 0; i < features.length; i++) {
            text.append(i == 0 ? "" : ",").append(features[i]);
        }
        return text.append("]}]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /// One row as a request of the Open Inference Protocol with binary data; [#binaryType] is its type.
    public byte[] binary(int row) {
        byte[] header = binaryHeader();
        return ByteBuffer.allocate(header.length + rowBytes())
                .put(header)
                .put(floats(row, 1))
                .array();
    }

    public String binaryType() {
        return "application/vnd.sagemaker-triton.binary+json;json-header-size=" + binaryHeader().length;
    }

    private byte[] binaryHeader() {
        var shape = new StringBuilder("1");
        model.rowShape().forEach(size -> shape.append(',').append(size));
        return ("{\"inputs\":[{\"name\":\"image\",\"shape\":[" + shape
                        + "],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":" + rowBytes() + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// So many rows, beginning with that one and starting over at the end, as an NPY array.
    public byte[] npy(int first, int many) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(npyHeader(many));
        out.writeBytes(floats(first, many));
        return out.toByteArray();
    }

    /// What an NPY array of so many rows begins with.
    public byte[] npyHeader(long many) {
        var shape = new StringBuilder("(" + many);
        model.rowShape().forEach(size -> shape.append(", ").append(size));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "), }";
        int padding = NPY_ALIGNMENT - (NPY_FIXED + header.length() + 1) % NPY_ALIGNMENT;
        header = header + " ".repeat(padding) + "\n";
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        out.writeBytes(new byte[] {(byte) header.length(), (byte) (header.length() >> 8)});
        out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    /// So many rows as little-endian floats.
    public byte[] floats(int first, int many) {
        ByteBuffer floats = ByteBuffer.allocate(many * rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < many; i++) {
            for (float value : rows.get((first + i) % count()).features()) {
                floats.putFloat(value);
            }
        }
        return floats.array();
    }

    public int rowBytes() {
        return rows.getFirst().features().length * Float.BYTES;
    }

    /// The label that the model gives for that row.
    public int label(int row) {
        return labels.get(row % count());
    }

    /// The digest of the labels that the model gives for those rows.
    public String expected(int first, int many) {
        var wanted = new ArrayList<Integer>();
        for (int i = 0; i < many; i++) {
            wanted.add(labels.get((first + i) % count()));
        }
        return sha256(wanted.toString());
    }

    /// The same digest of an answer in the Open Inference Protocol.
    ///
    /// @throws IllegalArgumentException when it has no output `label`
    public static String digest(JsonNode answer) {
        for (JsonNode output : answer.path("outputs")) {
            if (output.path("name").asString("").equals("label")) {
                var labels = new ArrayList<Integer>();
                output.path("data").forEach(value -> labels.add(value.asInt()));
                return sha256(labels.toString());
            }
        }
        throw new IllegalArgumentException("no output 'label' in the answer");
    }

    private static List<Integer> labels(TestModel model) {
        try {
            byte[] npy = Files.readAllBytes(model.probabilities());
            ByteBuffer buffer = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
            buffer.position(NPY_FIXED + Short.toUnsignedInt(buffer.getShort(NPY_FIXED - 2)));
            var labels = new ArrayList<Integer>();
            while (buffer.hasRemaining()) {
                int best = 0;
                float highest = Float.NEGATIVE_INFINITY;
                for (int label = 0; label < CLASSES; label++) {
                    float probability = buffer.getFloat();
                    if (probability > highest) {
                        highest = probability;
                        best = label;
                    }
                }
                labels.add(best);
            }
            return labels;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + model.probabilities(), e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package dev.millrace.model;

import dev.millrace.testkit.TestModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;

/// Requests in every format, made from rows of a test set.
public final class Digits {
    private Digits() {}

    public static byte[] json(String name, List<Integer> rowShape, List<float[]> rows) {
        var data = new StringJoiner(",");
        rows.forEach(row -> {
            for (float value : row) {
                data.add(Float.toString(value));
            }
        });
        return utf8("{\"id\":\"one\",\"inputs\":[{\"name\":\"" + name + "\",\"shape\":" + shape(rows.size(), rowShape)
                + ",\"datatype\":\"FP32\",\"data\":[" + data + "]}]}");
    }

    public static byte[] plain(String prefix, List<float[]> rows, String suffix) {
        var text = new StringJoiner(",", prefix + "[", "]" + suffix);
        rows.forEach(row -> text.add(java.util.Arrays.toString(row)));
        return utf8(text.toString());
    }

    public static byte[] csv(List<float[]> rows) {
        var text = new StringBuilder();
        rows.forEach(row -> {
            var line = new StringJoiner(",");
            for (float value : row) {
                line.add(Float.toString(value));
            }
            text.append(line).append("\r\n");
        });
        return utf8(text.toString());
    }

    public static byte[] floats(List<float[]> rows) {
        ByteBuffer bytes = ByteBuffer.allocate(
                        rows.stream().mapToInt(row -> row.length * 4).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return bytes.array();
    }

    public static byte[] npy(List<Integer> rowShape, List<float[]> rows) {
        return concat(npyHeader("<f4", "False", tuple(rows.size(), rowShape)), floats(rows));
    }

    public static byte[] npyHeader(String descr, String fortran, String shape) {
        String header = "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
        header = header + " ".repeat((64 - (header.length() + 11) % 64) % 64) + "\n";
        byte[] bytes = new byte[10 + header.length()];
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.ISO_8859_1));
        return bytes;
    }

    /// The JSON header of a binary request; its length goes into the content type.
    public static byte[] binaryHeader(String name, List<Integer> rowShape, long rows, long dataBytes) {
        return utf8("{\"inputs\":[{\"name\":\"" + name + "\",\"shape\":" + shape(rows, rowShape)
                + ",\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":" + dataBytes + "}}]}");
    }

    public static String binaryType(byte[] header) {
        return "application/vnd.sagemaker-triton.binary+json;json-header-size=" + header.length;
    }

    public static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static List<float[]> features(TestModel model) {
        return model.rows().stream().map(TestModel.Row::features).toList();
    }

    private static String shape(long rows, List<Integer> rowShape) {
        return "[" + rows + rowShape.stream().map(d -> "," + d).reduce("", String::concat) + "]";
    }

    private static String tuple(long rows, List<Integer> rowShape) {
        return "(" + rows + "," + rowShape.stream().map(d -> " " + d + ",").reduce("", String::concat) + ")";
    }
}

package dev.millrace.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes tiny ONNX models, field by field, so that tests can have any model, broken ones too.
public final class OnnxBytes {
    public static final int FLOAT = 1;
    public static final int INT64 = 7;
    public static final int STRING = 8;

    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
    private String domain = "";

    /// @param dimensions numbers, names, or `?` for one without a name
    public OnnxBytes input(String name, int type, String... dimensions) {
        return field(11, value(name, type, dimensions));
    }

    public OnnxBytes output(String name, int type, String... dimensions) {
        return field(12, value(name, type, dimensions));
    }

    public OnnxBytes node(String operator, List<String> inputs, String output, byte[]... attributes) {
        var node = new ByteArrayOutputStream();
        inputs.forEach(input -> bytes(node, 1, utf8(input)));
        bytes(node, 2, utf8(output));
        bytes(node, 4, utf8(operator));
        for (byte[] attribute : attributes) {
            bytes(node, 5, attribute);
        }
        bytes(node, 7, utf8(domain));
        return field(1, node.toByteArray());
    }

    public OnnxBytes inDomain(String name) {
        domain = name;
        return this;
    }

    /// An output of one map from class to probability per row, as scikit-learn's converter writes.
    public OnnxBytes outputMaps(String name) {
        var probability = new ByteArrayOutputStream();
        number(probability, 1, FLOAT);
        bytes(probability, 2, new byte[0]);
        var map = new ByteArrayOutputStream();
        number(map, 1, INT64);
        bytes(map, 2, wrapped(1, probability.toByteArray()));
        byte[] sequence = wrapped(4, wrapped(1, wrapped(5, map.toByteArray())));
        var info = new ByteArrayOutputStream();
        bytes(info, 1, utf8(name));
        bytes(info, 2, sequence);
        return field(12, info.toByteArray());
    }

    public static byte[] attributes(String name, long... values) {
        var attribute = new ByteArrayOutputStream();
        bytes(attribute, 1, utf8(name));
        for (long value : values) {
            number(attribute, 8, value);
        }
        number(attribute, 20, 7);
        return attribute.toByteArray();
    }

    private static byte[] wrapped(int field, byte[] value) {
        var message = new ByteArrayOutputStream();
        bytes(message, field, value);
        return message.toByteArray();
    }

    public static byte[] attribute(String name, long value) {
        var attribute = new ByteArrayOutputStream();
        bytes(attribute, 1, utf8(name));
        number(attribute, 3, value);
        number(attribute, 20, 2);
        return attribute.toByteArray();
    }

    public OnnxBytes floats(String name, float... values) {
        var tensor = new ByteArrayOutputStream();
        number(tensor, 1, values.length);
        number(tensor, 2, FLOAT);
        bytes(tensor, 8, utf8(name));
        bytes(tensor, 9, Digits.floats(List.of(values)));
        return field(5, tensor.toByteArray());
    }

    public OnnxBytes longs(String name, long value) {
        var tensor = new ByteArrayOutputStream();
        number(tensor, 1, 1);
        number(tensor, 2, INT64);
        bytes(tensor, 8, utf8(name));
        byte[] raw = new byte[8];
        raw[0] = (byte) value;
        bytes(tensor, 9, raw);
        return field(5, tensor.toByteArray());
    }

    /// Floats that are kept in another file.
    public OnnxBytes external(String name, int count, String location) {
        var entry = new ByteArrayOutputStream();
        bytes(entry, 1, utf8("location"));
        bytes(entry, 2, utf8(location));
        var tensor = new ByteArrayOutputStream();
        number(tensor, 1, count);
        number(tensor, 2, FLOAT);
        bytes(tensor, 8, utf8(name));
        bytes(tensor, 13, entry.toByteArray());
        number(tensor, 14, 1);
        return field(5, tensor.toByteArray());
    }

    public byte[] toBytes() {
        var model = new ByteArrayOutputStream();
        number(model, 1, 8);
        for (String name : domain.isEmpty() ? List.of("") : List.of("", domain)) {
            var opset = new ByteArrayOutputStream();
            bytes(opset, 1, utf8(name));
            number(opset, 2, name.isEmpty() ? 17 : 1);
            bytes(model, 8, opset.toByteArray());
        }
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(graph.toByteArray());
        bytes(whole, 2, utf8("test"));
        bytes(model, 7, whole.toByteArray());
        return model.toByteArray();
    }

    public Path toFile() {
        try {
            Path file = Files.createTempFile("millrace-model-", ".onnx");
            file.toFile().deleteOnExit();
            return Files.write(file, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OnnxBytes field(int number, byte[] value) {
        bytes(graph, number, value);
        return this;
    }

    private static byte[] value(String name, int type, String... dimensions) {
        var shape = new ByteArrayOutputStream();
        for (String dimension : dimensions) {
            var dim = new ByteArrayOutputStream();
            if (Character.isDigit(dimension.charAt(0))) {
                number(dim, 1, Long.parseLong(dimension));
            } else if (!dimension.equals("?")) {
                bytes(dim, 2, utf8(dimension));
            }
            bytes(shape, 1, dim.toByteArray());
        }
        var tensor = new ByteArrayOutputStream();
        number(tensor, 1, type);
        bytes(tensor, 2, shape.toByteArray());
        var typeProto = new ByteArrayOutputStream();
        bytes(typeProto, 1, tensor.toByteArray());
        var info = new ByteArrayOutputStream();
        bytes(info, 1, utf8(name));
        bytes(info, 2, typeProto.toByteArray());
        return info.toByteArray();
    }

    private static void number(ByteArrayOutputStream to, int field, long value) {
        varint(to, (long) field << 3);
        varint(to, value);
    }

    private static void bytes(ByteArrayOutputStream to, int field, byte[] value) {
        varint(to, ((long) field << 3) | 2);
        varint(to, value.length);
        to.writeBytes(value);
    }

    private static void varint(ByteArrayOutputStream to, long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            to.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        to.write((int) left);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.millrace.gateway.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

/// Writes a tree as CBOR (RFC 8949), as the protocol RPC v2 has it. Used once.
final class CborWriter {
    private static final int TEXT = 3 << 5;
    private static final int LIST = 4 << 5;
    private static final int MAP = 5 << 5;
    private static final int EPOCH_TIME = 6 << 5 | 1;
    private static final int FALSE = 0xF4;
    private static final int TRUE = 0xF5;
    private static final int NULL = 0xF6;
    private static final int DOUBLE = 0xFB;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private CborWriter() {}

    static byte[] write(JsonNode tree) {
        var writer = new CborWriter();
        writer.item(tree);
        return writer.out.toByteArray();
    }

    private void item(JsonNode node) {
        if (node instanceof POJONode pojo && pojo.getPojo() instanceof Instant time) {
            out.write(EPOCH_TIME);
            number(time.toEpochMilli() / 1000.0);
        } else if (node.isObject()) {
            head(MAP, node.size());
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                text(member.getKey());
                item(member.getValue());
            }
        } else if (node.isArray()) {
            head(LIST, node.size());
            node.forEach(this::item);
        } else if (node.isIntegralNumber() && node.canConvertToLong()) {
            long value = node.longValue();
            head(value < 0 ? 1 << 5 : 0, value < 0 ? -1 - value : value);
        } else if (node.isNumber()) {
            number(node.doubleValue());
        } else if (node.isBoolean()) {
            out.write(node.booleanValue() ? TRUE : FALSE);
        } else if (node.isNull()) {
            out.write(NULL);
        } else {
            text(node.asString());
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        head(TEXT, bytes.length);
        out.writeBytes(bytes);
    }

    private void number(double value) {
        out.write(DOUBLE);
        out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    }

    /// A kind of item with its value or length, in as few bytes as hold it.
    private void head(int kind, long argument) {
        if (argument < 24) {
            out.write(kind | (int) argument);
        } else if (argument < 1 << 8) {
            out.write(kind | 24);
            out.write((int) argument);
        } else if (argument < 1 << 16) {
            out.write(kind | 25);
            out.writeBytes(ByteBuffer.allocate(2).putShort((short) argument).array());
        } else if (argument < 1L << 32) {
            out.write(kind | 26);
            out.writeBytes(ByteBuffer.allocate(4).putInt((int) argument).array());
        } else {
            out.write(kind | 27);
            out.writeBytes(ByteBuffer.allocate(8).putLong(argument).array());
        }
    }
}

package dev.millrace.gateway.http;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads a tree from CBOR (RFC 8949), as the protocol RPC v2 uses it: numbers, texts, lists and maps of
/// definite and indefinite length. A time is a number under tag 1, which is the number that operations
/// take.
///
/// Jackson's own reader of CBOR is not to be had in the version of the rest of Jackson.
final class CborReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 64;
    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xFF;

    private final ByteBuffer in;
    private int depth;

    private CborReader(byte[] body) {
        this.in = ByteBuffer.wrap(body);
    }

    /// The map in a body; a body of no bytes is an empty one.
    ///
    /// @throws PlatformException `MALFORMED_REQUEST` when it is no map, or one that holds what the
    ///     protocol does not use
    static ObjectNode read(byte[] body) {
        if (body.length == 0) {
            return NODES.objectNode();
        }
        try {
            var reader = new CborReader(body);
            JsonNode node = reader.item();
            if (node instanceof ObjectNode map && !reader.in.hasRemaining()) {
                return map;
            }
        } catch (BufferUnderflowException | CharacterCodingException e) {
            throw malformed("the body is cut off or holds a text that is not UTF-8", e);
        }
        throw malformed("the body is not one map");
    }

    private JsonNode item() throws CharacterCodingException {
        int head = in.get() & 0xFF;
        int info = head & 0x1F;
        if (++depth > MAX_DEPTH) {
            throw malformed("the body is nested too deep");
        }
        try {
            return switch (head >> 5) {
                case 0 -> number(argument(info), false);
                case 1 -> number(argument(info), true);
                case 3 -> NODES.stringNode(text(info));
                case 4 -> list(info);
                case 5 -> map(info);
                case 6 -> {
                    var _ = argument(info);
                    yield item();
                }
                case 7 -> simple(info);
                default -> throw malformed("bytes are not taken by any operation");
            };
        } finally {
            depth--;
        }
    }

    /// The number that follows a head: a value, a length or a tag; without a sign.
    private long argument(int info) {
        return switch (info) {
            case 24 -> in.get() & 0xFF;
            case 25 -> in.getShort() & 0xFFFF;
            case 26 -> in.getInt() & 0xFFFFFFFFL;
            case 27 -> in.getLong();
            default -> {
                if (info > 27) {
                    throw malformed("an item has a length that is none");
                }
                yield info;
            }
        };
    }

    private static JsonNode number(long value, boolean isNegative) {
        if (value >= 0) {
            return NODES.numberNode(isNegative ? -1 - value : value);
        }
        var large = new BigInteger(Long.toUnsignedString(value));
        return NODES.numberNode(isNegative ? large.negate().subtract(BigInteger.ONE) : large);
    }

    private JsonNode simple(int info) {
        return switch (info) {
            case 20 -> NODES.booleanNode(false);
            case 21 -> NODES.booleanNode(true);
            case 22, 23 -> NODES.nullNode();
            case 25 -> NODES.numberNode(Float.float16ToFloat(in.getShort()));
            case 26 -> NODES.numberNode(in.getFloat());
            case 27 -> NODES.numberNode(in.getDouble());
            default -> throw malformed("a simple value is none that is known");
        };
    }

    private String text(int info) throws CharacterCodingException {
        if (info != INDEFINITE) {
            return chunk(argument(info));
        }
        var text = new StringBuilder();
        while (!isBreak()) {
            int head = in.get() & 0xFF;
            if (head >> 5 != 3 || (head & 0x1F) == INDEFINITE) {
                throw malformed("a text has a part that is none");
            }
            text.append(chunk(argument(head & 0x1F)));
        }
        return text.toString();
    }

    private String chunk(long length) throws CharacterCodingException {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer bytes = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    private ArrayNode list(int info) throws CharacterCodingException {
        ArrayNode list = NODES.arrayNode();
        long left = info == INDEFINITE ? Long.MAX_VALUE : length(info);
        for (; left > 0 && !(info == INDEFINITE && isBreak()); left--) {
            list.add(item());
        }
        return list;
    }

    private ObjectNode map(int info) throws CharacterCodingException {
        ObjectNode map = NODES.objectNode();
        long left = info == INDEFINITE ? Long.MAX_VALUE : length(info);
        for (; left > 0 && !(info == INDEFINITE && isBreak()); left--) {
            int head = in.get() & 0xFF;
            if (head >> 5 != 3) {
                throw malformed("a key is not a text");
            }
            String key = text(head & 0x1F);
            if (map.has(key)) {
                throw malformed("a map holds a key twice");
            }
            map.set(key, item());
        }
        return map;
    }

    /// Each item takes a byte at least: no length makes the reader wait for more than there is.
    private long length(int info) {
        long length = argument(info);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return length;
    }

    private boolean isBreak() {
        boolean isBreak = (in.get(in.position()) & 0xFF) == BREAK;
        if (isBreak) {
            in.get();
        }
        return isBreak;
    }

    private static PlatformException malformed(String problem) {
        return new PlatformException(ErrorCode.MALFORMED_REQUEST, "CBOR: " + problem);
    }

    private static PlatformException malformed(String problem, Exception cause) {
        return new PlatformException(ErrorCode.MALFORMED_REQUEST, "CBOR: " + problem, cause);
    }
}

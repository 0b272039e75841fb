package dev.millrace.controlplane.shape;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdSerializer;

/// Reads and writes bodies of the control plane: strictly, and within limits that no honest request
/// reaches.
public final class ControlPlaneJson {
    /// The largest body that is read.
    public static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 200;
    private static final int MAX_NUMBER = 100;
    private static final int MAX_NAME = 1024;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER)
                            .maxNameLength(MAX_NAME)
                            .maxStringLength(MAX_BYTES)
                            .maxDocumentLength(MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(new SimpleModule("times").addSerializer(Instant.class, new AsSeconds()))
            .build();

    private ControlPlaneJson() {}

    /// The object in a body of UTF-8; a body of no bytes is an empty object.
    ///
    /// @throws PlatformException `MALFORMED_REQUEST` when it is no JSON object or over a limit
    public static ObjectNode parse(byte[] body) {
        if (body.length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (body.length > MAX_BYTES) {
            throw malformed("the body has " + body.length + " bytes (expected: at most " + MAX_BYTES + ")", null);
        }
        try {
            if (MAPPER.readTree(text(body)) instanceof ObjectNode object) {
                requireUnicode(object);
                return object;
            }
        } catch (JacksonException e) {
            // The original message may quote the body at length.
            throw malformed("the body is not a JSON object, holds a key twice, or is nested or written too large", e);
        }
        throw malformed("Unexpected token: start of structure expected", null);
    }

    /// The tree as UTF-8; times are written as [#seconds].
    public static byte[] write(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /// A time in a tree that is written in several protocols, each of which has a form of its own for
    /// it.
    public static JsonNode time(Instant at) {
        return JsonNodeFactory.instance.pojoNode(at);
    }

    /// A timestamp as the API writes it: seconds since the epoch, with milliseconds as the fraction.
    public static JsonNode seconds(Instant at) {
        long millis = at.toEpochMilli();
        // A decimal with zeros at its end may be written with an exponent.
        return millis % 1000 == 0
                ? LongNode.valueOf(millis / 1000)
                : DecimalNode.valueOf(BigDecimal.valueOf(millis, 3).stripTrailingZeros());
    }

    private static String text(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (text.charAt(0) == '\uFEFF') {
                throw malformed("the body begins with a byte order mark", null);
            }
            return text;
        } catch (CharacterCodingException e) {
            throw malformed("the body is not UTF-8", e);
        }
    }

    /// Escapes can write half a surrogate pair, which no store or header can hold.
    private static void requireUnicode(JsonNode node) {
        if (node.isString() && !isUnicode(node.stringValue())) {
            throw malformed("a string is not valid Unicode", null);
        }
        if (node instanceof ObjectNode object
                && !object.propertyNames().stream().allMatch(ControlPlaneJson::isUnicode)) {
            throw malformed("a key is not valid Unicode", null);
        }
        for (JsonNode child : node.values()) {
            requireUnicode(child);
        }
    }

    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    private static PlatformException malformed(String message, @Nullable Throwable cause) {
        return new PlatformException(ErrorCode.MALFORMED_REQUEST, message, cause);
    }

    private static final class AsSeconds extends StdSerializer<Instant> {
        AsSeconds() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializationContext context) {
            out.writeTree(seconds(value));
        }
    }
}

package dev.millrace.controlplane.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ControlPlaneJsonTest {
    static Stream<Arguments> refused() {
        return Stream.of(
                named("depth of 100,000", "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"),
                named("depth of 201", "{\"a\":" + "[".repeat(201) + "]".repeat(201) + "}"),
                named("objects 100,000 deep", "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)),
                named("string of 2 MB", "{\"a\":\"" + "x".repeat(2_000_000) + "\"}"),
                named("key of 2,000 characters", "{\"" + "k".repeat(2_000) + "\":1}"),
                named("number of 101 digits", "{\"a\":" + "1".repeat(101) + "}"),
                named("duplicate keys", "{\"a\":1,\"a\":2}"),
                named("duplicate keys within", "{\"a\":{\"b\":1,\"b\":2}}"),
                named("duplicate keys by escape", "{\"a\":1,\"\\u0061\":2}"),
                named("lone high surrogate", "{\"a\":\"\\ud800\"}"),
                named("lone low surrogate", "{\"a\":\"x\\udc00\"}"),
                named("surrogates the wrong way round", "{\"a\":\"\\udc00\\ud800\"}"),
                named("lone surrogate in a key", "{\"\\ud800\":1}"),
                named("lone surrogate deep within", "{\"a\":[{\"b\":\"\\ud800\"}]}"),
                named("byte order mark", "\uFEFF{}"),
                named("comment", "{/* */\"a\":1}"),
                named("line comment", "{\"a\":1}//"),
                named("trailing comma", "{\"a\":1,}"),
                named("single quotes", "{'a':1}"),
                named("bare keys", "{a:1}"),
                named("NaN", "{\"a\":NaN}"),
                named("hexadecimal", "{\"a\":0x1F}"),
                named("leading zero", "{\"a\":007}"),
                named("raw control character", "{\"a\":\"\u0000\"}"),
                named("cut off", "{\"a\":"),
                named("two documents", "{}{}"),
                named("text after the document", "{} x"),
                named("array", "[]"),
                named("string", "\"a\""),
                named("null", "null"),
                named("white space only", "   "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesWhatIsNotOnePlainObject(String name, String body) {
        assertMalformed(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refusesOtherEncodings() {
        assertMalformed("{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_16));
        assertMalformed("{\"a\":\"b\"}".getBytes(StandardCharsets.UTF_16LE));
        assertMalformed("{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));
        // An overlong slash, which UTF-8 forbids.
        assertMalformed(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC0, (byte) 0xAF, '"', '}'});
    }

    @Test
    void doesNotRepeatTheBodyInItsMessage() {
        assertThatThrownBy(() -> parse("{\"password\":\"hunter2"))
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("password");
    }

    @Test
    void readsAnEmptyBodyAsAnEmptyObject() {
        assertThat(parse("").isEmpty()).isTrue();
    }

    @Test
    void readsOrdinaryBodies() {
        assertThat(parse(" {\"a\":[1,1.5,true,null,\"\\ud83d\\ude00\"],\"__proto__\":{}} ")
                        .get("a")
                        .size())
                .isEqualTo(5);
        assertThat(parse("{\"a\":" + "[".repeat(150) + "]".repeat(150) + "}").has("a"))
                .isTrue();
    }

    @Test
    void writesTimesAsPlainSeconds() {
        assertThat(time("2026-01-01T00:00:00Z")).isEqualTo("1767225600");
        assertThat(time("2026-01-01T00:00:00.250Z")).isEqualTo("1767225600.25");
        assertThat(time("2026-01-01T00:00:00.001Z")).isEqualTo("1767225600.001");
        assertThat(time("2026-01-01T00:26:40.500Z")).isEqualTo("1767227200.5");
    }

    private static String time(String at) {
        return new String(ControlPlaneJson.write(ControlPlaneJson.seconds(Instant.parse(at))), StandardCharsets.UTF_8);
    }

    private static tools.jackson.databind.node.ObjectNode parse(String body) {
        return ControlPlaneJson.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertMalformed(byte[] body) {
        assertThatThrownBy(() -> ControlPlaneJson.parse(body))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));
    }

    private static Arguments named(String name, String body) {
        return Arguments.of(name, body);
    }
}

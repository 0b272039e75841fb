package dev.millrace.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncCallTest {
    private static final Members PLAIN = new Members(
            "text/csv", null, null, null, null, Duration.ofHours(6), Duration.ofMinutes(15), null, null, null);

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\u0000b", "caf\u00e9", "\u202eabc"})
    void refusesTextThatIsNotVisibleAscii(String text) {
        refuses(m -> m.contentType(text), "contentType");
        refuses(m -> m.accept(text), "accept");
        refuses(m -> m.customAttributes(text), "customAttributes");
        refuses(m -> m.idempotencyKey(text), "idempotencyKey");
    }

    @Test
    void refusesTextThatIsTooLong() {
        String long1025 = "a".repeat(1025);
        refuses(m -> m.contentType(long1025), "contentType");
        refuses(m -> m.accept(long1025), "accept");
        refuses(m -> m.customAttributes(long1025), "customAttributes");
        refuses(m -> m.idempotencyKey("a".repeat(256)), "idempotencyKey");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s3://x", "https://x", "a b", "a\\b", "caf\u00e9", "a\u0000"})
    void refusesOutputPathExtensionsOutsideTheirGrammar(String extension) {
        refuses(m -> m.extension(extension), "s3OutputPathExtension");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a/b", "a.b.c", "-a", ".a", "a b", "this-name-is-longer-than-32-letters"})
    void refusesFileNamesOutsideTheirGrammar(String name) {
        refuses(m -> m.fileName(name), "filename");
    }

    @ParameterizedTest
    @ValueSource(strings = {"millrace.events", "dlq.millrace", "__consumer_offsets", ".", "..", "a b", "a/b", ""})
    void refusesResultTopicsOfThePlatform(String topic) {
        refuses(m -> m.resultTopic(topic), "resultTopic");
    }

    @Test
    void keepsTimesWithinTheApisRanges() {
        refuses(m -> m.ttl(Duration.ofSeconds(59)), "requestTTLSeconds");
        refuses(m -> m.ttl(Duration.ofSeconds(21_601)), "requestTTLSeconds");
        refuses(m -> m.timeout(Duration.ZERO), "invocationTimeoutSeconds");
        refuses(m -> m.timeout(Duration.ofSeconds(3_601)), "invocationTimeoutSeconds");
        assertThat(PLAIN.ttl(Duration.ofSeconds(60))
                        .timeout(Duration.ofSeconds(1))
                        .call())
                .isNotNull();
    }

    @Test
    void takesATraceContextThatIsNotWellFormedForNone() {
        assertThat(PLAIN.traceParent("nonsense\r\n").call().traceParent()).isNull();
        String good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assertThat(PLAIN.traceParent(good).call().traceParent()).isEqualTo(good);
    }

    private static void refuses(UnaryOperator<Members> change, String member) {
        Members bad = change.apply(PLAIN);
        assertThatThrownBy(bad::call).isInstanceOfSatisfying(PlatformException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            assertThat(e.text()).contains("'" + member + "'").matches("[\\x20-\\x7E]*");
        });
    }

    private record Members(
            @Nullable String contentType,
            @Nullable String accept,
            @Nullable String customAttributes,
            @Nullable String extension,
            @Nullable String fileName,
            Duration ttl,
            Duration timeout,
            @Nullable String idempotencyKey,
            @Nullable String resultTopic,
            @Nullable String traceParent) {
        AsyncCall call() {
            return new AsyncCall(
                    new EndpointName("digits"),
                    null,
                    contentType,
                    accept,
                    customAttributes,
                    extension,
                    fileName,
                    ttl,
                    timeout,
                    idempotencyKey,
                    null,
                    resultTopic,
                    traceParent);
        }

        Members contentType(String value) {
            return new Members(
                    value,
                    accept,
                    customAttributes,
                    extension,
                    fileName,
                    ttl,
                    timeout,
                    idempotencyKey,
                    resultTopic,
                    traceParent);
        }

        Members accept(String value) {
            return new Members(
                    contentType,
                    value,
                    customAttributes,
                    extension,
                    fileName,
                    ttl,
                    timeout,
                    idempotencyKey,
                    resultTopic,
                    traceParent);
        }

        Members customAttributes(String value) {
            return new Members(
                    contentType,
                    accept,
                    value,
                    extension,
                    fileName,
                    ttl,
                    timeout,
                    idempotencyKey,
                    resultTopic,
                    traceParent);
        }

        Members extension(String value) {
            return new Members(
                    contentType,
                    accept,
                    customAttributes,
                    value,
                    fileName,
                    ttl,
                    timeout,
                    idempotencyKey,
                    resultTopic,
                    traceParent);
        }

        Members fileName(String value) {
            return new Members(
                    contentType,
                    accept,
                    customAttributes,
                    extension,
                    value,
                    ttl,
                    timeout,
                    idempotencyKey,
                    resultTopic,
                    traceParent);
        }

        Members ttl(Duration value) {
            return new Members(
                    contentType,
                    accept,
                    customAttributes,
                    extension,
                    fileName,
                    value,
                    timeout,
                    idempotencyKey,
                    resultTopic,
                    traceParent);
        }

        Members timeout(Duration value) {
            return new Members(
                    contentType,
                    accept,
                    customAttributes,
                    extension,
                    fileName,
                    ttl,
                    value,
                    idempotencyKey,
                    resultTopic,
                    traceParent);
        }

        Members idempotencyKey(String value) {
            return new Members(
                    contentType,
                    accept,
                    customAttributes,
                    extension,
                    fileName,
                    ttl,
                    timeout,
                    value,
                    resultTopic,
                    traceParent);
        }

        Members resultTopic(String value) {
            return new Members(
                    contentType,
                    accept,
                    customAttributes,
                    extension,
                    fileName,
                    ttl,
                    timeout,
                    idempotencyKey,
                    value,
                    traceParent);
        }

        Members traceParent(String value) {
            return new Members(
                    contentType,
                    accept,
                    customAttributes,
                    extension,
                    fileName,
                    ttl,
                    timeout,
                    idempotencyKey,
                    resultTopic,
                    value);
        }
    }
}

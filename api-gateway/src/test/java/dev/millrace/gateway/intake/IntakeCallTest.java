package dev.millrace.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.WireRecord;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntakeCallTest {
    private static final EndpointName ENDPOINT = new EndpointName("digits");
    private static final Payload BODY = Payload.ofUtf8("1,2,3");

    @Test
    void readsEveryHeader() {
        IntakeCall taken = IntakeCall.of(
                ENDPOINT,
                new WireRecord(
                        Map.of(
                                "content-type", "text/csv",
                                "accept", "application/json",
                                "custom-attributes", "a=b",
                                "inference-id", "order 66",
                                "webhook-url", "https://example.com/hook",
                                "result-topic", "my-results",
                                "invocation-timeout-seconds", "60",
                                "request-ttl-seconds", "600"),
                        BODY));

        assertThat(taken.input()).isEqualTo(BODY);
        assertThat(taken.location()).isNull();
        assertThat(taken.call().endpoint()).isEqualTo(ENDPOINT);
        assertThat(taken.call().contentType()).isEqualTo("text/csv");
        assertThat(taken.call().accept()).isEqualTo("application/json");
        assertThat(taken.call().customAttributes()).isEqualTo("a=b");
        assertThat(taken.call().inferenceId()).isEqualTo(new InferenceId("order 66"));
        assertThat(taken.call().webhookUrl()).hasToString("https://example.com/hook");
        assertThat(taken.call().resultTopic()).isEqualTo("my-results");
        assertThat(taken.call().invocationTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(taken.call().requestTtl()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void takesAPointer() {
        IntakeCall taken =
                IntakeCall.of(ENDPOINT, new WireRecord(Map.of("input-location", "s3://inputs/a/b.npy"), Payload.EMPTY));

        assertThat(taken.input()).isNull();
        assertThat(taken.location()).isEqualTo(ObjectLocation.parse("s3://inputs/a/b.npy"));
    }

    @ParameterizedTest
    @CsvSource({
        "a-header, a-value, 1, content-type: missing",
        "content-type, text/csv, '', empty record",
        "input-location, s3://inputs/a, 1, only one of the two",
        "input-location, http://inputs/a, '', only s3://bucket/key",
        "input-location, s3://inputs/../a, '', a segment is empty",
    })
    void refusesWhatIsNoCall(String header, String value, String body, String reason) {
        refuses(Map.of(header, value), body, reason);
    }

    @ParameterizedTest
    @CsvSource({
        "request-ttl-seconds, soon, not a number",
        "request-ttl-seconds, 1, requestTTLSeconds",
        "invocation-timeout-seconds, 100000, invocationTimeoutSeconds",
        "webhook-url, ftp://example.com, webhook",
        "result-topic, millrace.events, resultTopic",
        "inference-id, '', InferenceId",
        "custom-attributes, \u00e9, customAttributes",
    })
    void refusesBadHeaders(String header, String value, String reason) {
        refuses(Map.of("content-type", "text/csv", header, value), "1", reason);
    }

    private static void refuses(Map<String, String> headers, String body, String reason) {
        assertThatThrownBy(() -> IntakeCall.of(ENDPOINT, new WireRecord(headers, Payload.ofUtf8(body))))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                    assertThat(e.text()).containsIgnoringCase(reason);
                });
    }
}

package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Bodies are what SageMaker publishes of an asynchronous inference, member for member, and an invocation id.
class NotificationBodyTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant ACCEPTED = Instant.parse("2026-01-25T22:46:00.455Z");
    private static final Instant ENDED = Instant.parse("2026-01-25T22:46:00.600Z");
    private static final InvocationId ID = InvocationId.parse("01a1fe7c-06a8-7565-89f8-b4e25dca399e");

    private final NotificationBody bodies = new NotificationBody("us-east-1");

    @Test
    void tellsOfACompletion() {
        String body = bodies.of(completed(call("text/csv", "*/*", "s3://bkt/in/a.csv"), null), false);

        assertThat(JSON.readTree(body)).isEqualTo(JSON.readTree("""
                {"awsRegion":"us-east-1","eventTime":"2026-01-25T22:46:00.600Z",
                 "receivedTime":"2026-01-25T22:46:00.455Z","invocationStatus":"Completed",
                 "requestParameters":{"accept":"*/*","contentType":"text/csv","endpointName":"my-endpoint",
                   "inputLocation":"s3://bkt/in/a.csv"},
                 "responseParameters":{"contentType":"text/csv; charset=utf-8","outputLocation":"s3://bkt/out/a.out"},
                 "inferenceId":"11111111-2222-3333-4444-555555555555",
                 "invocationId":"01a1fe7c-06a8-7565-89f8-b4e25dca399e",
                 "eventVersion":"1.0","eventSource":"aws:sagemaker","eventName":"InferenceResult"}"""));
        assertThat(body).as("compact, as SageMaker writes it").doesNotContain("\n", ": ");
    }

    @Test
    void leavesOutWhatTheCallerDidNotGive() {
        JsonNode request = JSON.readTree(bodies.of(completed(call(null, null, null), null), false))
                .path("requestParameters");

        assertThat(request).isEqualTo(JSON.readTree("{\"endpointName\":\"my-endpoint\"}"));
    }

    @ParameterizedTest
    @CsvSource({
        "MODEL_ERROR,ClientError: 64 columns wanted",
        "INPUT_NOT_FOUND,ClientError: 64 columns wanted",
        "INTERNAL_FAILURE,InternalServerError: 64 columns wanted",
        "SERVICE_UNAVAILABLE,InternalServerError: 64 columns wanted"
    })
    void saysWhoseFaultAFailureIs(ErrorCode code, String reason) {
        JsonNode body = JSON.readTree(bodies.of(
                new InvocationEvent.Failed(call("text/csv", null, null), ENDED, 1, code, "64 columns wanted"), false));

        assertThat(body.path("invocationStatus").asString()).isEqualTo("Failed");
        assertThat(body.path("failureReason").asString()).isEqualTo(reason);
        assertThat(body.path("responseParameters"))
                .isEqualTo(JSON.readTree("{\"outputLocation\":\"s3://bkt/out/a-error.out\"}"));
    }

    @Test
    void countsExpiredAndCancelledCallsAsFailed() {
        InvocationSummary call = call("text/csv", null, null);

        for (InvocationEvent.Terminal end : new InvocationEvent.Terminal[] {
            new InvocationEvent.Expired(call, ENDED), new InvocationEvent.Cancelled(call, ENDED)
        }) {
            JsonNode body = JSON.readTree(bodies.of(end, true));
            assertThat(body.path("invocationStatus").asString()).isEqualTo("Failed");
            assertThat(body.path("failureReason").asString()).startsWith("ClientError: ");
            assertThat(body.has("responseBody")).isFalse();
        }
    }

    @Test
    void bringsTheOutputAlongOnlyWhereItIsWantedAndThere() {
        byte[] output = {0, 1, (byte) 0xFF};
        InvocationEvent.Completed withOutput = completed(call(null, null, null), Payload.of(output));

        JsonNode included = JSON.readTree(bodies.of(withOutput, true)).path("responseBody");

        assertThat(included.path("encoding").asString()).isEqualTo("BASE64");
        assertThat(Base64.getDecoder().decode(included.path("content").asString()))
                .isEqualTo(output);
        assertThat(JSON.readTree(bodies.of(withOutput, false)).has("responseBody"))
                .isFalse();
        assertThat(JSON.readTree(bodies.of(completed(call(null, null, null), null), true))
                        .has("responseBody"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-25T22:46:00Z", "2026-01-25T22:46:00.1Z", "2026-01-25T22:46:00.123456789Z"})
    void writesTimesWithThreeDigits(String time) {
        assertThat(NotificationBody.time(Instant.parse(time))).matches("2026-01-25T22:46:00\\.[0-9]{3}Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\",\"invocationStatus\":\"Completed", "a\r\nX-Injected: 1", "\u0000\u001b[31m", "</script>"})
    void escapesTextThatWouldBreakOut(String hostile) {
        String body = bodies.of(
                new InvocationEvent.Failed(call(hostile, hostile, null), ENDED, 1, ErrorCode.MODEL_ERROR, hostile),
                false);

        JsonNode read = JSON.readTree(body);
        assertThat(read.path("failureReason").asString()).isEqualTo("ClientError: " + hostile);
        assertThat(read.path("requestParameters").path("contentType").asString())
                .isEqualTo(hostile);
        assertThat(read.path("invocationStatus").asString()).isEqualTo("Failed");
        assertThat(body.chars()).as("one line of visible text").allMatch(c -> c >= ' ');
    }

    private static InvocationEvent.Completed completed(InvocationSummary call, @Nullable Payload response) {
        var timings = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new InvocationEvent.Completed(call, ENDED, 1, "text/csv; charset=utf-8", 3, timings, response);
    }

    private static InvocationSummary call(
            @Nullable String contentType, @Nullable String accept, @Nullable String input) {
        return new InvocationSummary(
                ID,
                new InferenceId("11111111-2222-3333-4444-555555555555"),
                new EndpointName("my-endpoint"),
                new VariantName("AllTraffic"),
                input == null ? null : ObjectLocation.parse(input),
                ObjectLocation.parse("s3://bkt/out/a.out"),
                ObjectLocation.parse("s3://bkt/out/a-error.out"),
                contentType,
                accept,
                "https://example.com/hook",
                null,
                ACCEPTED);
    }
}

package dev.millrace.gateway.intake;

import dev.millrace.gateway.accept.AsyncCall;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.WireRecord;
import dev.millrace.outbound.OutboundAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a producer's record asks for.
///
/// The value is the input and header `content-type` says what it is; or the value is empty and header
/// `input-location`
/// names the object that is the input.
///
/// @param input the record's value, or null when there is a location
/// @param location or null when there is an input
record IntakeCall(
        AsyncCall call, @Nullable Payload input, @Nullable ObjectLocation location) {
    static final String CONTENT_TYPE = "content-type";
    static final String INPUT_LOCATION = "input-location";
    static final String ACCEPT = "accept";
    static final String CUSTOM_ATTRIBUTES = "custom-attributes";
    static final String INFERENCE_ID = "inference-id";
    static final String WEBHOOK_URL = "webhook-url";
    static final String RESULT_TOPIC = "result-topic";
    static final String TIMEOUT = "invocation-timeout-seconds";
    static final String TTL = "request-ttl-seconds";
    static final String TRACE_PARENT = "traceparent";

    /// @throws PlatformException `VALIDATION_ERROR` with the reason when the record is no call
    static IntakeCall of(EndpointName endpoint, WireRecord record) {
        Map<String, String> headers = record.headers();
        String inferenceId = headers.get(INFERENCE_ID);
        String webhookUrl = headers.get(WEBHOOK_URL);
        String location = headers.get(INPUT_LOCATION);
        boolean isEmpty = record.value().size() == 0;
        if (location != null && !isEmpty) {
            throw invalid("header input-location and a value: only one of the two may be given");
        }
        if (location == null && isEmpty) {
            throw invalid("empty record: either a value or header input-location must be given");
        }
        if (location == null && !headers.containsKey(CONTENT_TYPE)) {
            throw invalid("header content-type: missing");
        }
        var call = new AsyncCall(
                endpoint,
                inferenceId == null ? null : new InferenceId(inferenceId),
                headers.get(CONTENT_TYPE),
                headers.get(ACCEPT),
                headers.get(CUSTOM_ATTRIBUTES),
                null,
                null,
                seconds(headers, TTL, AsyncCall.DEFAULT_TTL),
                seconds(headers, TIMEOUT, AsyncCall.DEFAULT_TIMEOUT),
                null,
                webhookUrl == null ? null : OutboundAddress.parse(webhookUrl),
                headers.get(RESULT_TOPIC),
                headers.get(TRACE_PARENT));
        return location == null
                ? new IntakeCall(call, record.value(), null)
                : new IntakeCall(call, null, ObjectLocation.parse(location));
    }

    private static Duration seconds(Map<String, String> headers, String name, Duration byDefault) {
        String text = headers.get(name);
        if (text == null) {
            return byDefault;
        }
        try {
            return Duration.ofSeconds(Integer.parseInt(text));
        } catch (NumberFormatException _) {
            throw invalid("header " + name + ": not a number of seconds");
        }
    }

    private static PlatformException invalid(String reason) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, reason);
    }
}

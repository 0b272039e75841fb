package dev.millrace.invocation.codec;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.VariantName;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests as queue records: everything about the request in headers, the inline input as the value.
public final class RequestCodec {
    private static final String VERSION = "1";

    private RequestCodec() {}

    public static WireRecord encode(InferenceRequest request) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("millrace-version", VERSION);
        headers.put("invocation-id", request.invocationId().toString());
        headers.put("inference-id", request.inferenceId().value());
        headers.put("endpoint", request.endpoint().value());
        headers.put("variant", request.variant().value());
        putIfPresent(headers, "content-type", request.contentType());
        putIfPresent(headers, "accept", request.accept());
        putIfPresent(headers, "custom-attributes", request.customAttributes());
        headers.put("accepted-at", request.acceptedAt().toString());
        headers.put("expires-at", request.expiresAt().toString());
        headers.put("invocation-timeout", request.invocationTimeout().toString());
        if (request.isRepeat()) {
            headers.put("repeat", "true");
        }
        putIfPresent(headers, "traceparent", request.traceParent());
        switch (request.delivery()) {
            case Delivery.Asynchronous(
                    ObjectLocation output,
                    ObjectLocation failure,
                    String webhookUrl,
                    String resultTopic) -> {
                headers.put("output-location", output.uri());
                headers.put("failure-location", failure.uri());
                putIfPresent(headers, "webhook-url", webhookUrl);
                putIfPresent(headers, "result-topic", resultTopic);
            }
            case Delivery.RealTime(ReplyAddress replyTo) -> {
                headers.put("reply-gateway", replyTo.gatewayId());
                headers.put("reply-partition", Integer.toString(replyTo.partition()));
            }
        }
        Payload value = switch (request.input()) {
            case InferenceInput.Inline(Payload payload) -> payload;
            case InferenceInput.Stored(ObjectLocation location, boolean isOurs) -> {
                headers.put("input-location", location.uri());
                headers.put("input-is-ours", Boolean.toString(isOurs));
                yield Payload.EMPTY;
            }
        };
        return new WireRecord(headers, value);
    }

    /// @throws PlatformException `VALIDATION_ERROR` naming the header that is missing or wrong
    public static InferenceRequest decode(WireRecord wire) {
        Map<String, String> headers = wire.headers();
        if (!VERSION.equals(headers.get("millrace-version"))) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR, "millrace-version: not a version this worker reads (expected: 1)");
        }
        try {
            return new InferenceRequest(
                    InvocationId.parse(required(headers, "invocation-id")),
                    new InferenceId(required(headers, "inference-id")),
                    new EndpointName(required(headers, "endpoint")),
                    new VariantName(required(headers, "variant")),
                    input(headers, wire.value()),
                    headers.get("content-type"),
                    headers.get("accept"),
                    headers.get("custom-attributes"),
                    Instant.parse(required(headers, "accepted-at")),
                    Instant.parse(required(headers, "expires-at")),
                    Duration.parse(required(headers, "invocation-timeout")),
                    delivery(headers),
                    Boolean.parseBoolean(headers.get("repeat")),
                    headers.get("traceparent"));
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "a header is not a time or number", e);
        }
    }

    private static InferenceInput input(Map<String, String> headers, Payload value) {
        String location = headers.get("input-location");
        return location == null
                ? new InferenceInput.Inline(value)
                : new InferenceInput.Stored(
                        ObjectLocation.parse(location), Boolean.parseBoolean(headers.get("input-is-ours")));
    }

    private static Delivery delivery(Map<String, String> headers) {
        String gateway = headers.get("reply-gateway");
        if (gateway != null) {
            return new Delivery.RealTime(
                    new ReplyAddress(gateway, Integer.parseInt(required(headers, "reply-partition"))));
        }
        return new Delivery.Asynchronous(
                ObjectLocation.parse(required(headers, "output-location")),
                ObjectLocation.parse(required(headers, "failure-location")),
                headers.get("webhook-url"),
                headers.get("result-topic"));
    }

    private static String required(Map<String, String> headers, String name) {
        String value = headers.get(name);
        if (value == null) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "header " + name + ": missing");
        }
        return value;
    }

    private static void putIfPresent(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }
}

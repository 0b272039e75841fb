package dev.millrace.invocation.codec;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.Reply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Replies as Kafka records: the answer's description in headers, its body as the value.
public final class ReplyCodec {
    private ReplyCodec() {}

    public static WireRecord encode(Reply reply) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("invocation-id", reply.invocationId().toString());
        return switch (reply) {
            case Reply.Success success -> {
                headers.put("status", "success");
                putIfPresent(headers, "content-type", success.contentType());
                putIfPresent(headers, "custom-attributes", success.customAttributes());
                headers.put("model-nanos", Long.toString(success.modelLatency().toNanos()));
                yield new WireRecord(
                        headers,
                        switch (success.body()) {
                            case InferenceInput.Inline(Payload payload) -> payload;
                            case InferenceInput.Stored(ObjectLocation location, boolean _) -> {
                                headers.put("body-location", location.uri());
                                yield Payload.EMPTY;
                            }
                        });
            }
            case Reply.Failure failure -> {
                headers.put("status", failure.code().name());
                headers.put("original-status", Integer.toString(failure.originalStatusCode()));
                yield new WireRecord(headers, Payload.ofUtf8(failure.message()));
            }
        };
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the record is no reply
    public static Reply decode(WireRecord wire) {
        Map<String, String> headers = wire.headers();
        InvocationId id = InvocationId.parse(headers.getOrDefault("invocation-id", ""));
        String status = headers.getOrDefault("status", "");
        try {
            if (!status.equals("success")) {
                int original = Integer.parseInt(headers.getOrDefault("original-status", "0"));
                return new Reply.Failure(
                        id, ErrorCode.valueOf(status), wire.value().utf8(), original);
            }
            String location = headers.get("body-location");
            return new Reply.Success(
                    id,
                    location == null
                            ? new InferenceInput.Inline(wire.value())
                            : new InferenceInput.Stored(ObjectLocation.parse(location), true),
                    headers.get("content-type"),
                    headers.get("custom-attributes"),
                    Duration.ofNanos(Long.parseLong(headers.getOrDefault("model-nanos", "0"))));
        } catch (IllegalArgumentException e) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "not a reply record", e);
        }
    }

    private static void putIfPresent(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }
}

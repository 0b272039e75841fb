package dev.millrace.gateway.http;

import dev.millrace.invocation.port.ObjectInfo;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a route answers; the front adds the request id and the date and sends it.
sealed interface Answer {
    int status();

    Map<String, String> headers();

    /// An answer in memory.
    record Whole(int status, Map<String, String> headers, Buffer body) implements Answer {}

    /// An object of the store, sent piece by piece.
    ///
    /// @param isOnce whether the object is deleted once it was sent
    record Streamed(int status, Map<String, String> headers, ObjectInfo object, boolean isOnce) implements Answer {}

    static Whole json(int status, byte[] body) {
        return json(status, "application/json", body);
    }

    static Whole json(int status, String contentType, byte[] body) {
        return new Whole(status, Map.of("Content-Type", contentType), Buffer.buffer(body));
    }

    /// A map in the protocol RPC v2.
    static Whole cbor(int status, byte[] body) {
        return new Whole(
                status,
                Map.of("Content-Type", "application/cbor", "smithy-protocol", "rpc-v2-cbor"),
                Buffer.buffer(body));
    }

    default Answer with(String name, String value) {
        var more = new LinkedHashMap<>(headers());
        more.put(name, value);
        return switch (this) {
            case Whole whole -> new Whole(whole.status(), more, whole.body());
            case Streamed streamed -> new Streamed(streamed.status(), more, streamed.object(), streamed.isOnce());
        };
    }
}

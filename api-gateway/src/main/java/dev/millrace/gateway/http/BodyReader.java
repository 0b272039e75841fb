package dev.millrace.gateway.http;

import dev.millrace.gateway.accept.CallInput;
import dev.millrace.gateway.upload.Uploads;
import dev.millrace.invocation.Payload;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/// Decides how a body travels: in the record up to the inline limit, else through the store.
final class BodyReader {
    private final Uploads uploads;
    private final int inlineBytes;
    private final long maxBytes;

    /// @param maxBytes beyond which a body is refused, at the first byte too many
    BodyReader(Uploads uploads, int inlineBytes, long maxBytes) {
        this.uploads = uploads;
        this.inlineBytes = inlineBytes;
        this.maxBytes = maxBytes;
    }

    /// The body in memory if it is small, else one that is stored when the acceptance asks for it: until then
    /// the caller is not even told to send it.
    Future<CallInput> read(Exchange exchange) {
        long length = exchange.contentLength();
        if (length > maxBytes) {
            throw Exchange.tooLarge(maxBytes);
        }
        if (length >= 0 && length <= inlineBytes) {
            return exchange.body(inlineBytes).map(CallInput.Inline::new);
        }
        HttpServerRequest request = exchange.request();
        if (length > 0) {
            return Future.succeededFuture(new CallInput.Arriving((at, attributes, isChecksumWanted) -> {
                exchange.beginBody();
                return uploads.put(request, length, at, attributes, isChecksumWanted, exchange.watch())
                        .toCompletionStage();
            }));
        }
        return exchange.head((int) Math.min(inlineBytes, maxBytes)).map(head -> {
            if (head.isWhole()) {
                return new CallInput.Inline(Payload.of(head.bytes().getBytes()));
            }
            return new CallInput.Arriving((at, attributes, isChecksumWanted) -> uploads.multipart(
                            request, head.bytes(), maxBytes, at, attributes, isChecksumWanted, exchange.watch())
                    .toCompletionStage());
        });
    }
}

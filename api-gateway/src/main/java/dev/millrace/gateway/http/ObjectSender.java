package dev.millrace.gateway.http;

import dev.millrace.gateway.limit.Blocking;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/// Sends objects of the store as response bodies, one piece in memory at a time.
final class ObjectSender {
    private static final int PIECE_BYTES = 128 << 10;

    private final ObjectStore store;
    private final Blocking blocking;

    ObjectSender(ObjectStore store, Blocking blocking) {
        this.store = store;
        this.blocking = blocking;
    }

    /// Sends the object as the body of a response whose headers are set.
    ///
    /// The stage fails when the object cannot be read to its end; the response is cut off then, so that the
    /// caller
    /// sees that it is not whole.
    CompletionStage<ObjectInfo> send(Answer.Streamed answer, HttpServerResponse response) {
        return blocking.call(() -> {
            ObjectInfo object = answer.object();
            try (InputStream in = store.read(object.location(), object.etag(), 0, object.size())) {
                copy(in, response);
            } finally {
                if (answer.isOnce()) {
                    store.delete(object.location());
                }
            }
            response.end().toCompletionStage().toCompletableFuture().get();
            return object;
        });
    }

    private static void copy(InputStream in, HttpServerResponse response)
            throws IOException, InterruptedException, ExecutionException {
        byte[] piece = new byte[PIECE_BYTES];
        for (int n = in.readNBytes(piece, 0, PIECE_BYTES); n > 0; n = in.readNBytes(piece, 0, PIECE_BYTES)) {
            // The write ends when the piece is with the socket: a slow caller slows the reading down.
            response.write(Buffer.buffer(n).appendBytes(piece, 0, n))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        }
    }
}

package dev.millrace.gateway.upload;

import dev.millrace.gateway.accept.CallInput;
import dev.millrace.gateway.limit.Bound;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.invocation.port.WriteCondition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/// Stores bodies while they arrive, a bounded number at once.
///
/// A future that fails leaves nothing behind: the store drops a PUT that was cut off, and a multipart
/// upload is
/// aborted.
public final class Uploads {
    private final Vertx vertx;
    private final HttpClient client;
    private final UploadSigner signer;
    private final Bound uploads;
    private final Bound multiparts;
    private final Counter bytes;

    /// @param client with enough connections for both bounds
    /// @param uploads how many may run at once
    /// @param multiparts how many of them may be of unknown length, which hold up to two parts in memory
    public Uploads(
            Vertx vertx,
            HttpClient client,
            UploadSigner signer,
            Bound uploads,
            Bound multiparts,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.client = client;
        this.signer = signer;
        this.uploads = uploads;
        this.multiparts = multiparts;
        this.bytes = metrics.counter("gateway.upload.bytes");
    }

    /// Stores a body of known length by one PUT.
    ///
    /// @param request paused
    /// @param watch sees all of it, and may refuse it
    public Future<CallInput.StoredBody> put(
            HttpServerRequest request,
            long length,
            ObjectLocation at,
            ObjectAttributes attributes,
            boolean isChecksumWanted,
            BodyWatch watch) {
        return within(
                uploads,
                () -> new PutUpload(vertx, client, request, length, new Checksum(isChecksumWanted), watch)
                        .to(signer.signPut(at, attributes, WriteCondition.IF_ABSENT)));
    }

    /// Stores a body that ends when it ends, in parts.
    ///
    /// @param request paused
    /// @param head what was read of it, not seen by the watch yet
    /// @param maxBytes beyond which it is refused with `PAYLOAD_TOO_LARGE`
    /// @param watch sees all of it, and may refuse it
    public Future<CallInput.StoredBody> multipart(
            HttpServerRequest request,
            Buffer head,
            long maxBytes,
            ObjectLocation at,
            ObjectAttributes attributes,
            boolean isChecksumWanted,
            BodyWatch watch) {
        return within(
                uploads,
                () -> within(
                        multiparts,
                        () -> new MultipartUpload(
                                        vertx, client, signer, request, maxBytes, new Checksum(isChecksumWanted), watch)
                                .of(head, at, attributes)));
    }

    private Future<CallInput.StoredBody> within(Bound bound, Supplier<Future<CallInput.StoredBody>> upload) {
        try {
            bound.enter();
        } catch (PlatformException e) {
            return Future.failedFuture(e);
        }
        Future<CallInput.StoredBody> stored;
        try {
            stored = upload.get();
        } catch (RuntimeException e) {
            stored = Future.failedFuture(e);
        }
        return stored.onComplete(_ -> bound.leave()).onSuccess(body -> {
            if (bound == uploads) {
                bytes.increment((double) body.bytes());
            }
        });
    }
}

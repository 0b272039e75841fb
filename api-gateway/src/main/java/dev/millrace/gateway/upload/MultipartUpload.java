package dev.millrace.gateway.upload;

import dev.millrace.gateway.accept.CallInput;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.invocation.port.WriteCondition;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores one body of unknown length in parts of 8 MB: while one is sent the next is read, never more.
final class MultipartUpload {
    private static final Logger LOGGER = LoggerFactory.getLogger(MultipartUpload.class);
    private static final int PART_BYTES = 8 << 20;
    private static final int MAX_PARTS_HELD = 2;

    private final UploadSigner signer;
    private final HttpServerRequest request;
    private final long maxBytes;
    private final PartSender sender;
    private final Context context;
    private final Checksum checksum;
    private final BodyWatch watch;
    private final List<UploadSigner.Part> parts = new ArrayList<>();
    /// Ends when the body has been read to its end, or fails.
    private final Promise<Void> read = Promise.promise();

    private List<Buffer> chunks = new ArrayList<>();
    private int chunkBytes;
    private int sentParts;
    private int partsUnderWay;
    private long total;
    private Promise<Void> idle = Promise.promise();
    private @Nullable Throwable partFailure;

    MultipartUpload(
            Vertx vertx,
            HttpClient client,
            UploadSigner signer,
            HttpServerRequest request,
            long maxBytes,
            Checksum checksum,
            BodyWatch watch) {
        this.signer = signer;
        this.request = request;
        this.maxBytes = maxBytes;
        this.checksum = checksum;
        this.watch = watch;
        this.sender = new PartSender(vertx, client);
        this.context = vertx.getOrCreateContext();
    }

    Future<CallInput.StoredBody> of(Buffer head, ObjectLocation at, ObjectAttributes attributes) {
        request.exceptionHandler(_ -> fail(new CallerGoneException()));
        return here(signer.startMultipart(at, attributes)).compose(uploadId -> {
            request.handler(chunk -> take(chunk, at, uploadId));
            request.endHandler(_ -> end());
            take(head, at, uploadId);
            if (!read.future().isComplete() && partsUnderWay < MAX_PARTS_HELD) {
                request.resume();
            }
            return read.future()
                    .compose(_ -> finish(at, uploadId))
                    .recover(failure -> abort(at, uploadId).transform(_ -> Future.failedFuture(failure)));
        });
    }

    private void end() {
        try {
            watch.end();
            read.tryComplete();
        } catch (PlatformException e) {
            fail(e);
        }
    }

    private void take(Buffer chunk, ObjectLocation at, String uploadId) {
        if (read.future().isComplete()) {
            return;
        }
        total += chunk.length();
        if (total > maxBytes) {
            fail(new PlatformException(
                    ErrorCode.PAYLOAD_TOO_LARGE, "the body is larger than the limit of " + maxBytes + " bytes"));
            return;
        }
        checksum.update(chunk);
        watch.update(chunk);
        chunks.add(chunk);
        chunkBytes += chunk.length();
        if (chunkBytes >= PART_BYTES) {
            sendPart(at, uploadId);
        }
    }

    private void sendPart(ObjectLocation at, String uploadId) {
        List<Buffer> part = chunks;
        int length = chunkBytes;
        int number = ++sentParts;
        chunks = new ArrayList<>();
        chunkBytes = 0;
        partsUnderWay++;
        if (partsUnderWay >= MAX_PARTS_HELD) {
            request.pause();
        }
        sender.send(() -> signer.signPart(at, uploadId, number), part, length).onComplete(done -> {
            partsUnderWay--;
            if (done.succeeded()) {
                parts.add(new UploadSigner.Part(number, done.result()));
                if (!read.future().isComplete()) {
                    request.resume();
                }
            } else {
                partFailure = done.cause();
                fail(done.cause());
            }
            if (partsUnderWay == 0) {
                idle.tryComplete();
            }
        });
    }

    private Future<CallInput.StoredBody> finish(ObjectLocation at, String uploadId) {
        if (chunkBytes > 0) {
            sendPart(at, uploadId);
        }
        return whenIdle().compose(_ -> {
            if (partFailure != null) {
                return Future.failedFuture(partFailure);
            }
            parts.sort(Comparator.comparingInt(UploadSigner.Part::number));
            return here(signer.completeMultipart(at, uploadId, List.copyOf(parts), WriteCondition.IF_ABSENT))
                    .map(_ -> new CallInput.StoredBody(total, checksum.value()));
        });
    }

    /// Parts under way end first: one that arrives after the abort would stay for ever.
    private Future<Void> abort(ObjectLocation at, String uploadId) {
        return whenIdle()
                .compose(_ -> here(signer.abortMultipart(at, uploadId)))
                .onFailure(failure -> LOGGER.atWarn()
                        .addKeyValue("key", at.key())
                        .addKeyValue("error", failure.getMessage())
                        .log("a given-up upload could not be aborted"))
                .mapEmpty();
    }

    private Future<Void> whenIdle() {
        if (partsUnderWay == 0) {
            return Future.succeededFuture();
        }
        idle = Promise.promise();
        return idle.future();
    }

    private void fail(Throwable failure) {
        if (read.tryFail(failure)) {
            request.pause();
            request.handler(null);
            chunks = new ArrayList<>();
            chunkBytes = 0;
        }
    }

    private <T> Future<T> here(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context);
    }
}

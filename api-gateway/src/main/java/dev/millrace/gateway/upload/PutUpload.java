package dev.millrace.gateway.upload;

import dev.millrace.gateway.accept.CallInput;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.UploadSigner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;

/// Pipes one body of known length into one PUT.
///
/// Each way of ending decides once: the caller goes, the store goes or refuses, the store stands still, or
/// all
/// is stored.
final class PutUpload {
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final HttpClient client;
    private final HttpServerRequest request;
    private final long length;
    private final Checksum checksum;
    private final BodyWatch watch;
    private final Promise<CallInput.StoredBody> result = Promise.promise();
    /// Held back until the next one comes: the store has the whole body only when the watch has let it pass.
    private Buffer last = Buffer.buffer();
    private boolean isWaitingForStore;
    private long waitingSince;

    PutUpload(
            Vertx vertx,
            HttpClient client,
            HttpServerRequest request,
            long length,
            Checksum checksum,
            BodyWatch watch) {
        this.vertx = vertx;
        this.client = client;
        this.request = request;
        this.length = length;
        this.checksum = checksum;
        this.watch = watch;
    }

    Future<CallInput.StoredBody> to(UploadSigner.SignedRequest signed) {
        var options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(signed.method()))
                .setAbsoluteURI(signed.uri().toString())
                .putHeader("Content-Length", Long.toString(length));
        signed.headers().forEach(options::putHeader);
        request.exceptionHandler(_ -> result.tryFail(new CallerGoneException()));
        client.request(options).onSuccess(this::pipe).onFailure(_ -> result.tryFail(StoreAnswers.unavailable()));
        return result.future();
    }

    private void pipe(HttpClientRequest put) {
        put.exceptionHandler(_ -> result.tryFail(StoreAnswers.unavailable()));
        if (result.future().isComplete()) {
            put.reset();
            return;
        }
        long watch = vertx.setPeriodic(LOOK_EVERY.toMillis(), _ -> failIfStoreStandsStill());
        result.future().onComplete(done -> {
            vertx.cancelTimer(watch);
            if (done.failed()) {
                request.pause();
                request.handler(null);
                put.reset();
            }
        });
        put.response()
                .compose(StoreAnswers::checked)
                .onSuccess(_ -> result.tryComplete(new CallInput.StoredBody(length, checksum.value())))
                .onFailure(failure ->
                        result.tryFail(failure instanceof PlatformException ? failure : StoreAnswers.unavailable()));
        request.handler(chunk -> write(put, chunk));
        request.endHandler(_ -> end(put));
        request.resume();
    }

    private void end(HttpClientRequest put) {
        try {
            watch.end();
        } catch (PlatformException e) {
            // The PUT is cut off before its last chunk: nothing is stored.
            result.tryFail(e);
            return;
        }
        waitForStore();
        put.end(last);
    }

    private void write(HttpClientRequest put, Buffer next) {
        checksum.update(next);
        watch.update(next);
        Buffer chunk = last;
        last = next;
        if (chunk.length() == 0) {
            return;
        }
        put.write(chunk);
        if (put.writeQueueFull()) {
            request.pause();
            waitForStore();
            put.drainHandler(_ -> {
                isWaitingForStore = false;
                if (!result.future().isComplete()) {
                    request.resume();
                }
            });
        }
    }

    private void waitForStore() {
        isWaitingForStore = true;
        waitingSince = System.nanoTime();
    }

    /// A store that takes no more bytes and does not answer: the caller's connection would just time out.
    private void failIfStoreStandsStill() {
        if (isWaitingForStore && System.nanoTime() - waitingSince > STORE_PATIENCE.toNanos()) {
            result.tryFail(StoreAnswers.unavailable());
        }
    }
}

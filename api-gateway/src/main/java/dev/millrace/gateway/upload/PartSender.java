package dev.millrace.gateway.upload;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.UploadSigner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Sends one part of an upload, again when the store does not take it at once.
final class PartSender {
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final HttpClient client;

    PartSender(Vertx vertx, HttpClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    /// @param chunks in memory until the future ends
    /// @return the part's etag
    Future<String> send(Supplier<UploadSigner.SignedRequest> signed, List<Buffer> chunks, long length) {
        return attempt(signed, chunks, length, 1);
    }

    private Future<String> attempt(
            Supplier<UploadSigner.SignedRequest> signed, List<Buffer> chunks, long length, int attempt) {
        return once(signed.get(), chunks, length).recover(failure -> {
            boolean isFinal = failure instanceof PlatformException e && e.code() != ErrorCode.SERVICE_UNAVAILABLE;
            if (attempt == TRIES || isFinal) {
                return Future.failedFuture(isFinal ? failure : StoreAnswers.unavailable());
            }
            return vertx.timer(PAUSE.toMillis() << attempt, TimeUnit.MILLISECONDS)
                    .compose(_ -> attempt(signed, chunks, length, attempt + 1));
        });
    }

    private Future<String> once(UploadSigner.SignedRequest signed, List<Buffer> chunks, long length) {
        var options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(signed.method()))
                .setAbsoluteURI(signed.uri().toString())
                .putHeader("Content-Length", Long.toString(length));
        signed.headers().forEach(options::putHeader);
        return client.request(options).compose(put -> {
            Promise<String> etag = Promise.promise();
            put.exceptionHandler(etag::tryFail);
            put.response()
                    .compose(StoreAnswers::checked)
                    .onSuccess(response -> etag.tryComplete(
                            String.valueOf(response.getHeader("ETag")).replace("\"", "")))
                    .onFailure(etag::tryFail);
            writeFrom(put, chunks, 0);
            return etag.future().timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).onFailure(_ -> put.reset());
        });
    }

    private static void writeFrom(HttpClientRequest put, List<Buffer> chunks, int first) {
        for (int i = first; i < chunks.size(); i++) {
            put.write(chunks.get(i));
            if (put.writeQueueFull()) {
                int next = i + 1;
                put.drainHandler(_ -> writeFrom(put, chunks, next));
                return;
            }
        }
        put.end();
    }
}

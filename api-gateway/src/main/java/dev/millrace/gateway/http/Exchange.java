package dev.millrace.gateway.http;

import dev.millrace.gateway.upload.BodyWatch;
import dev.millrace.gateway.upload.CallerGoneException;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// One request that is being answered. Belongs to its event loop.
final class Exchange {
    private static final String CONTINUE = "100-continue";

    private final HttpServerRequest request;
    private final Context context;
    private final String requestId;
    private BodyWatch watch = BodyWatch.NONE;
    private @Nullable Buffer held;

    /// @param request paused
    Exchange(HttpServerRequest request, Context context, String requestId) {
        this.request = request;
        this.context = context;
        this.requestId = requestId;
    }

    HttpServerRequest request() {
        return request;
    }

    Context context() {
        return context;
    }

    String requestId() {
        return requestId;
    }

    RequestHeaders headers() {
        return new RequestHeaders(request.headers());
    }

    /// Continues on this request's event loop when the stage ends, wherever that is.
    <T> Future<T> here(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, context).recover(failure -> Future.failedFuture(unwrapped(failure)));
    }

    /// The failure itself, not the wrapper that stages put around it on their way.
    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? unwrapped(failure.getCause())
                : failure;
    }

    /// Has the body looked at while it is read, whoever reads it.
    void watch(BodyWatch whoLooks) {
        watch = whoLooks;
    }

    BodyWatch watch() {
        return watch;
    }

    /// Reads the whole body now, and has it looked at, for the one who will ask for it.
    Future<Void> hold(int length) {
        return head(length).map(head -> {
            held = head.bytes();
            return null;
        });
    }

    /// The length of the body: 0 when there is none, -1 when only its end will tell.
    long contentLength() {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return request.getHeader("Transfer-Encoding") == null ? 0 : -1;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException _) {
            throw RequestHeaders.invalid("Content-Length: not a number");
        }
    }

    /// Tells a caller that waits for permission to send its body.
    void beginBody() {
        String expect = request.getHeader("Expect");
        if (expect != null && expect.equalsIgnoreCase(CONTINUE)) {
            request.response().writeContinue();
        }
    }

    /// The whole body.
    ///
    /// Fails with `PAYLOAD_TOO_LARGE` at the first byte too many.
    Future<Payload> body(int maxBytes) {
        if (contentLength() > maxBytes) {
            return Future.failedFuture(tooLarge(maxBytes));
        }
        return head(maxBytes)
                .compose(head -> head.isWhole()
                        ? Future.succeededFuture(Payload.of(head.bytes().getBytes()))
                        : Future.failedFuture(tooLarge(maxBytes)));
    }

    /// What was read of a body.
    ///
    /// @param isWhole whether that is all; else the request is paused with more to come
    record Head(Buffer bytes, boolean isWhole) {}

    /// Reads until the end of the body or until more than `maxBytes` have come.
    Future<Head> head(int maxBytes) {
        long length = contentLength();
        Buffer whole = held;
        if (whole != null) {
            return Future.succeededFuture(new Head(whole, whole.length() <= maxBytes));
        }
        Promise<Head> result = Promise.promise();
        if (length == 0) {
            request.resume();
            return Future.succeededFuture(new Head(Buffer.buffer(), true));
        }
        Buffer read = Buffer.buffer(length > 0 ? (int) Math.min(length, maxBytes) : 0);
        request.handler(chunk -> {
            read.appendBuffer(chunk);
            if (read.length() > maxBytes) {
                request.pause();
                request.handler(null);
                result.tryComplete(new Head(read, false));
            }
        });
        request.endHandler(_ -> {
            if (!result.future().isComplete()) {
                complete(result, read);
            }
        });
        request.exceptionHandler(_ -> result.tryFail(new CallerGoneException()));
        beginBody();
        request.resume();
        return result.future();
    }

    private void complete(Promise<Head> result, Buffer whole) {
        try {
            watch.update(whole);
            watch.end();
            result.complete(new Head(whole, true));
        } catch (PlatformException e) {
            result.fail(e);
        }
    }

    static PlatformException tooLarge(long maxBytes) {
        return new PlatformException(
                ErrorCode.PAYLOAD_TOO_LARGE, "the body is larger than the limit of " + maxBytes + " bytes");
    }
}

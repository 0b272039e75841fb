package dev.millrace.gateway.http;

import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.status.InvocationStatus;
import dev.millrace.gateway.status.StatusFeed;
import dev.millrace.gateway.status.StatusIndex;
import dev.millrace.gateway.status.StatusView;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.UploadSigner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// `GET /endpoints/{name}/async-invocations/{id}` and `…/output`: what became of a call, by invocation id or by
/// the latest call with an inference id.
final class StatusRoutes {
    private static final Codec<StatusView> CODEC = Json.codec(StatusView.class);
    private static final int MAX_WAIT_SECONDS = 60;
    private static final Duration REPLAY_PATIENCE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final StatusIndex index;
    private final StatusFeed feed;
    private final ObjectStore store;
    private final UploadSigner signer;
    private final Blocking blocking;

    StatusRoutes(
            Vertx vertx,
            StatusIndex index,
            StatusFeed feed,
            ObjectStore store,
            UploadSigner signer,
            Blocking blocking) {
        this.vertx = vertx;
        this.index = index;
        this.feed = feed;
        this.store = store;
        this.signer = signer;
        this.blocking = blocking;
    }

    Route status(EndpointName endpoint, String id) {
        return exchange -> found(exchange, endpoint, id)
                .map(found -> StatusView.of(found.status(), found.others()).orElseThrow(StatusRoutes::unknown))
                .map(view -> Answer.json(200, CODEC.encode(view)).with("Cache-Control", "no-store"));
    }

    Route output(EndpointName endpoint, String id) {
        return exchange -> {
            boolean isStreamed = flag(exchange, "stream");
            return found(exchange, endpoint, id).compose(found -> switch (found.status()
                    .terminal()) {
                case null ->
                    Future.failedFuture(
                            new PlatformException(ErrorCode.OUTPUT_NOT_FOUND, "the invocation has not finished"));
                case InvocationEvent.Completed completed -> output(exchange, completed, isStreamed);
                case InvocationEvent.Failed failed ->
                    Future.succeededFuture(ended(failed.code(), failed.message(), failed));
                case InvocationEvent.Expired expired ->
                    Future.succeededFuture(
                            ended(ErrorCode.REQUEST_EXPIRED, "the request waited longer than its TTL", expired));
                case InvocationEvent.Cancelled cancelled ->
                    Future.succeededFuture(
                            ended(ErrorCode.OUTPUT_NOT_FOUND, "the invocation was cancelled", cancelled));
            });
        };
    }

    private Future<Answer> output(Exchange exchange, InvocationEvent.Completed completed, boolean isStreamed) {
        ObjectLocation at = completed.summary().outputLocation();
        return exchange.here(blocking.call(() -> store.head(at))).map(head -> {
            ObjectInfo info =
                    head.orElseThrow(() -> new PlatformException(ErrorCode.OUTPUT_GONE, "the output has been deleted"));
            if (isStreamed) {
                String type = HeaderText.orDefault(info.contentType(), "application/octet-stream");
                var headers = new LinkedHashMap<String, String>();
                headers.put("Content-Type", type);
                headers.put("X-Content-Type-Options", "nosniff");
                headers.put("ETag", '"' + info.etag() + '"');
                return new Answer.Streamed(200, headers, info, false);
            }
            String fileName = at.key().substring(at.key().lastIndexOf('/') + 1);
            var headers = new LinkedHashMap<String, String>();
            headers.put("Location", signer.signGet(at, fileName).uri().toString());
            headers.put("Cache-Control", "no-store");
            return new Answer.Whole(307, headers, Buffer.buffer());
        });
    }

    private static Answer ended(ErrorCode code, String message, InvocationEvent.Terminal end) {
        return ErrorAnswers.of(Api.MILLRACE, code, code.status(), message)
                .with(
                        "X-Amzn-SageMaker-FailureLocation",
                        end.summary().failureLocation().uri());
    }

    /// An invocation that is known.
    ///
    /// @param others further calls under the inference id that was asked for
    private record Found(InvocationStatus status, List<InvocationId> others) {}

    private Future<Found> found(Exchange exchange, EndpointName endpoint, String id) {
        int wait = waitSeconds(exchange);
        // A status request has no body; reading on is what tells that the caller closed the connection.
        exchange.request().resume();
        return exchange.here(find(endpoint, id)).compose(found -> {
            if (wait == 0 || found.status().isTerminal()) {
                return Future.succeededFuture(found);
            }
            return ended(exchange, found.status().id(), wait)
                    .map(status -> new Found(status, found.others()))
                    .otherwise(failure -> latest(endpoint, found));
        });
    }

    private Found latest(EndpointName endpoint, Found found) {
        return index.find(endpoint, found.status().id())
                .map(status -> new Found(status, found.others()))
                .orElse(found);
    }

    /// Ends with the invocation, and fails when it takes longer or the caller goes.
    private Future<InvocationStatus> ended(Exchange exchange, InvocationId id, int seconds) {
        CompletableFuture<InvocationStatus> waiter = index.whenTerminal(id);
        Promise<InvocationStatus> result = Promise.promise();
        long timer = vertx.setTimer(Duration.ofSeconds(seconds).toMillis(), _ -> waiter.cancel(false));
        exchange.request().response().closeHandler(_ -> waiter.cancel(false));
        exchange.here(waiter).onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                result.complete(done.result());
            } else {
                result.fail(done.cause());
            }
        });
        return result.future();
    }

    private CompletionStage<Found> find(EndpointName endpoint, String id) {
        Optional<Found> known = lookUp(endpoint, id);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known.get());
        }
        // Until the replay has caught up nothing can be called unknown.
        return feed.caughtUp()
                .toCompletableFuture()
                .copy()
                .orTimeout(REPLAY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(_ -> lookUp(endpoint, id)
                        .<CompletionStage<Found>>map(CompletableFuture::completedFuture)
                        .orElseGet(() -> search(endpoint, id)));
    }

    private CompletionStage<Found> search(EndpointName endpoint, String id) {
        return InvocationId.find(id)
                .map(invocation -> feed.search(endpoint, invocation))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()))
                .thenApply(
                        status -> status.map(each -> new Found(each, List.of())).orElseThrow(StatusRoutes::unknown));
    }

    private Optional<Found> lookUp(EndpointName endpoint, String id) {
        Optional<Found> byInvocation = InvocationId.find(id)
                .flatMap(invocation -> index.find(endpoint, invocation))
                .map(status -> new Found(status, List.of()));
        if (byInvocation.isPresent()) {
            return byInvocation;
        }
        List<InvocationId> ids = index.find(endpoint, new InferenceId(id));
        return ids.isEmpty()
                ? Optional.empty()
                : index.find(endpoint, ids.getFirst())
                        .map(status -> new Found(status, ids.subList(1, Math.min(ids.size(), 101))));
    }

    private static PlatformException unknown() {
        return new PlatformException(ErrorCode.INVOCATION_NOT_FOUND, "no invocation of this endpoint has that id");
    }

    private static int waitSeconds(Exchange exchange) {
        String text = Router.parameter(exchange.request(), "wait");
        if (text == null) {
            return 0;
        }
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > MAX_WAIT_SECONDS) {
            throw RequestHeaders.invalid("wait: not a number of seconds from 0 to " + MAX_WAIT_SECONDS);
        }
        return Integer.parseInt(text);
    }

    private static boolean flag(Exchange exchange, String name) {
        String text = Router.parameter(exchange.request(), name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (!text.equals("true")) {
            throw RequestHeaders.invalid(name + ": not true or false");
        }
        return true;
    }
}

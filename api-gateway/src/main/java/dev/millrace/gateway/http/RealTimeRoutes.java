package dev.millrace.gateway.http;

import dev.millrace.gateway.accept.ServingEndpoint;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.realtime.RealTimeCall;
import dev.millrace.gateway.realtime.RealTimeCalls;
import dev.millrace.gateway.upload.CallerGoneException;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.monitoring.InvocationMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `POST /endpoints/{name}/invocations`: InvokeEndpoint, answered when the model has answered.
final class RealTimeRoutes {
    private static final String PREFIX = "X-Amzn-SageMaker-";
    private static final int MAX_TEXT = 1024;
    /// Where the model gave no status of its own.
    private static final int MODEL_FAILED = 500;
    private static final Pattern TRACE_PARENT = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    /// Members of features that are not built: refused by name rather than ignored.
    private static final Map<String, String> REFUSED = Map.of(
            "Target-Model", "TargetModel",
            "Target-Container-Hostname", "TargetContainerHostname",
            "Enable-Explanations", "EnableExplanations",
            "Session-Id", "SessionId",
            "Prefix-Aware-Id", "PrefixAwareId");

    private final Vertx vertx;
    private final RealTimeCalls calls;
    private final InvocationMetrics metrics;
    private final BodyReader bodies;
    private final ModelErrors errors;
    private final ObjectStore store;
    private final Blocking blocking;

    /// @param bodies for real-time inputs
    RealTimeRoutes(
            Vertx vertx,
            RealTimeCalls calls,
            InvocationMetrics metrics,
            BodyReader bodies,
            ModelErrors errors,
            ObjectStore store,
            Blocking blocking) {
        this.vertx = vertx;
        this.calls = calls;
        this.metrics = metrics;
        this.bodies = bodies;
        this.errors = errors;
        this.store = store;
        this.blocking = blocking;
    }

    Route invoke(EndpointName endpoint) {
        return exchange -> {
            long begun = System.nanoTime();
            RealTimeCall call = call(endpoint, exchange.headers());
            return bodies.read(exchange).compose(input -> {
                RealTimeCalls.PendingCall waiting = calls.begin(call, input);
                return answer(exchange, waiting, begun);
            });
        };
    }

    private Future<Answer> answer(Exchange exchange, RealTimeCalls.PendingCall waiting, long begun) {
        long left = calls.patience().toMillis() - (System.nanoTime() - begun) / 1_000_000;
        boolean[] isTimedOut = {false};
        boolean[] isGone = {false};
        long timer = vertx.setTimer(Math.max(1, left), _ -> {
            isTimedOut[0] = true;
            waiting.giveUp();
        });
        exchange.request().response().closeHandler(_ -> {
            isGone[0] = true;
            waiting.giveUp();
        });
        return exchange.here(waiting.reply())
                .eventually(() -> {
                    vertx.cancelTimer(timer);
                    return Future.succeededFuture();
                })
                .compose(
                        reply -> {
                            record(waiting, reply, begun);
                            return answer(exchange, waiting, reply);
                        },
                        failure -> {
                            if (isGone[0]) {
                                return Future.failedFuture(new CallerGoneException());
                            }
                            record(waiting, isTimedOut[0] ? MODEL_FAILED : 503, isTimedOut[0], begun, null);
                            return isTimedOut[0]
                                    ? Future.succeededFuture(
                                            errors.timedOut(waiting.endpoint().name()))
                                    : Future.failedFuture(failure);
                        });
    }

    private void record(RealTimeCalls.PendingCall waiting, Reply reply, long begun) {
        switch (reply) {
            case Reply.Success success -> record(waiting, 200, false, begun, success.modelLatency());
            case Reply.Failure failure ->
                record(
                        waiting,
                        failure.originalStatusCode() > 0 ? failure.originalStatusCode() : MODEL_FAILED,
                        true,
                        begun,
                        null);
        }
    }

    private void record(
            RealTimeCalls.PendingCall waiting, int status, boolean isModelError, long begun, @Nullable Duration model) {
        ServingEndpoint endpoint = waiting.endpoint();
        int serving = endpoint.generation().currentInstances();
        metrics.ended(
                new InvocationMetrics.Callee(
                        endpoint.name().value(), endpoint.variant().value(), serving, endpoint.component(), serving),
                new InvocationMetrics.Ending(status, isModelError, Duration.ofNanos(System.nanoTime() - begun), model));
    }

    private Future<Answer> answer(Exchange exchange, RealTimeCalls.PendingCall waiting, Reply reply) {
        return switch (reply) {
            case Reply.Failure failure ->
                Future.succeededFuture(errors.of(waiting.endpoint().name(), failure));
            case Reply.Success success -> {
                var headers = new LinkedHashMap<String, String>();
                headers.put("Content-Type", HeaderText.orDefault(success.contentType(), "application/octet-stream"));
                headers.put(
                        "x-Amzn-Invoked-Production-Variant",
                        waiting.endpoint().variant().value());
                String attributes = success.customAttributes();
                if (attributes != null && HeaderText.isSafe(attributes)) {
                    headers.put(PREFIX + "Custom-Attributes", attributes);
                }
                yield switch (success.body()) {
                    case InferenceInput.Inline(Payload payload) ->
                        Future.succeededFuture(new Answer.Whole(200, headers, Buffer.buffer(payload.bytes())));
                    case InferenceInput.Stored(ObjectLocation location, boolean _) ->
                        exchange.here(blocking.call(() -> store.head(location)))
                                .map(info -> new Answer.Streamed(
                                        200,
                                        headers,
                                        info.orElseThrow(() ->
                                                new PlatformException(ErrorCode.INTERNAL_FAILURE, "the reply is gone")),
                                        true));
                };
            }
        };
    }

    private static RealTimeCall call(EndpointName endpoint, RequestHeaders headers) {
        for (var refused : REFUSED.entrySet()) {
            if (headers.find(PREFIX + refused.getKey()) != null) {
                throw RequestHeaders.invalid(
                        refused.getValue() + ": not supported by the variant of endpoint " + endpoint);
            }
        }
        String inferenceId = headers.find(PREFIX + "Inference-Id");
        String traceParent = headers.find("traceparent");
        return new RealTimeCall(
                endpoint,
                inferenceId == null ? null : new InferenceId(inferenceId),
                text(headers, "Content-Type"),
                text(headers, "Accept"),
                text(headers, PREFIX + "Custom-Attributes"),
                headers.find(PREFIX + "Target-Variant"),
                headers.find(PREFIX + "Inference-Component"),
                traceParent != null && TRACE_PARENT.matcher(traceParent).matches() ? traceParent : null);
    }

    private static @Nullable String text(RequestHeaders headers, String name) {
        String value = headers.find(name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (value.length() > MAX_TEXT || !HeaderText.isSafe(value)) {
            throw RequestHeaders.invalid(
                    "header " + name + ": longer than " + MAX_TEXT + " characters or not visible ASCII");
        }
        return value;
    }
}

package dev.millrace.gateway;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Answers every request with its own input, in the order of steps that a worker keeps. An input that begins
/// with
/// `fail` is refused with status 415.
final class EchoWorker implements Consumer<AcquiredRequest> {
    private static final long MAX_BYTES = 64L << 20;
    private static final int INLINE_BYTES = 128_000;

    private final TestGateway gateway;
    private final List<InferenceRequest> seen = new CopyOnWriteArrayList<>();

    EchoWorker(TestGateway gateway) {
        this.gateway = gateway;
    }

    List<InferenceRequest> seen() {
        return List.copyOf(seen);
    }

    @Override
    public void accept(AcquiredRequest acquired) {
        InferenceRequest request = acquired.request();
        seen.add(request);
        switch (request.delivery()) {
            case Delivery.Asynchronous _ -> asynchronous(acquired, request);
            case Delivery.RealTime realTime -> {
                gateway.replies
                        .send(realTime.replyTo(), reply(request))
                        .toCompletableFuture()
                        .join();
                acquired.acknowledge(new Outcome.Completed());
            }
        }
    }

    private Reply reply(InferenceRequest request) {
        Payload input = input(request);
        if (isRefused(input)) {
            return new Reply.Failure(request.invocationId(), ErrorCode.MODEL_ERROR, "no such type", 415);
        }
        InferenceInput body = new InferenceInput.Inline(input);
        if (input.size() > INLINE_BYTES) {
            ObjectLocation at = gateway.objects.reply(request.invocationId());
            gateway.store.put(at, input, new ObjectAttributes("text/csv", null), WriteCondition.ALWAYS);
            body = new InferenceInput.Stored(at, true);
        }
        return new Reply.Success(
                request.invocationId(), body, request.contentType(), request.customAttributes(), Duration.ZERO);
    }

    private void asynchronous(AcquiredRequest acquired, InferenceRequest request) {
        InvocationSummary summary = InvocationSummary.of(request);
        publish(new InvocationEvent.Started(
                request.invocationId(), Instant.now(), "worker-1", acquired.deliveryCount()));
        Payload input = input(request);
        var attributes = new ObjectAttributes("text/csv", request.invocationId());
        if (isRefused(input)) {
            gateway.store.put(summary.failureLocation(), Payload.ofUtf8("no"), attributes, WriteCondition.ALWAYS);
            publish(new InvocationEvent.Failed(
                    summary, Instant.now(), acquired.deliveryCount(), ErrorCode.MODEL_ERROR, "no such type"));
            acquired.acknowledge(new Outcome.Failed(ErrorCode.MODEL_ERROR));
            return;
        }
        gateway.store.put(summary.outputLocation(), input, attributes, WriteCondition.IF_ABSENT);
        var timings = new Timings(Duration.ofMillis(1), Duration.ZERO, Duration.ofMillis(2), Duration.ofMillis(3));
        publish(new InvocationEvent.Completed(
                summary, Instant.now(), acquired.deliveryCount(), "text/csv", input.size(), timings, null));
        acquired.acknowledge(new Outcome.Completed());
    }

    private static boolean isRefused(Payload input) {
        return input.utf8().startsWith("fail");
    }

    private Payload input(InferenceRequest request) {
        return switch (request.input()) {
            case InferenceInput.Inline(Payload payload) -> payload;
            case InferenceInput.Stored(ObjectLocation location, boolean _) ->
                gateway.store.get(location, MAX_BYTES).orElseThrow().body();
        };
    }

    private void publish(InvocationEvent event) {
        gateway.events()
                .publish(event.invocationId().toString(), event)
                .toCompletableFuture()
                .join();
    }
}

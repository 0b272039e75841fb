package dev.millrace.gateway.realtime;

import dev.millrace.gateway.accept.CallInput;
import dev.millrace.gateway.accept.LaneChooser;
import dev.millrace.gateway.accept.ServingEndpoint;
import dev.millrace.gateway.accept.ServingEndpoints;
import dev.millrace.gateway.accept.Wakes;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.limit.Bound;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.Replies;
import dev.millrace.invocation.port.RequestQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Sends calls to the real-time lane and hands each reply to its caller.
///
/// A call keeps its place until it is answered or given up; a record whose caller has given up never runs once
/// its time has passed. Thread-safe; never blocks.
public final class RealTimeCalls implements AutoCloseable {
    private final ServingEndpoints endpoints;
    private final CapacityRule capacity;
    private final LaneChooser lanes;
    private final Wakes wakes;
    private final PlatformObjects objects;
    private final ObjectStore store;
    private final RequestQueue queue;
    private final Bound bound;
    private final Duration patience;
    private final Blocking blocking;
    private final InstantSource clock;
    private final Supplier<InvocationId> ids;
    private final ConcurrentMap<InvocationId, PendingCall> pending = new ConcurrentHashMap<>();
    private final Replies.Receiver receiver;

    /// Begins to receive replies.
    ///
    /// @param gatewayId unique to this process
    /// @param bound how many callers may wait at once
    /// @param patience how long each of them waits at most
    public RealTimeCalls(
            ServingEndpoints endpoints,
            CapacityRule capacity,
            LaneChooser lanes,
            Wakes wakes,
            PlatformObjects objects,
            ObjectStore store,
            RequestQueue queue,
            Replies replies,
            String gatewayId,
            Bound bound,
            Duration patience,
            Blocking blocking,
            InstantSource clock,
            Supplier<InvocationId> ids) {
        this.endpoints = endpoints;
        this.capacity = capacity;
        this.lanes = lanes;
        this.wakes = wakes;
        this.objects = objects;
        this.store = store;
        this.queue = queue;
        this.bound = bound;
        this.patience = patience;
        this.blocking = blocking;
        this.clock = clock;
        this.ids = ids;
        this.receiver = replies.receive(gatewayId, this::onReply);
    }

    /// A call that waits for its reply. Whoever stops waiting gives it up.
    public final class PendingCall {
        private final InvocationId id;
        private final ServingEndpoint endpoint;
        private final boolean isInputOurs;
        private final CompletableFuture<Reply> reply = new CompletableFuture<>();
        private final AtomicBoolean isOver = new AtomicBoolean();

        private PendingCall(InvocationId id, ServingEndpoint endpoint, boolean isInputOurs) {
            this.id = id;
            this.endpoint = endpoint;
            this.isInputOurs = isInputOurs;
        }

        public ServingEndpoint endpoint() {
            return endpoint;
        }

        public InvocationId id() {
            return id;
        }

        /// Ends with the reply, or fails when the call could not be queued or was given up.
        public CompletionStage<Reply> reply() {
            return reply;
        }

        /// Frees the call's place; a reply that comes later goes nowhere.
        public void giveUp() {
            fail(new PlatformException(ErrorCode.MODEL_TIMEOUT, "the caller no longer waits"));
        }

        private void fail(Throwable failure) {
            leave();
            reply.completeExceptionally(failure);
        }

        private void leave() {
            if (isOver.compareAndSet(false, true)) {
                pending.remove(id, this);
                bound.leave();
            }
        }
    }

    /// Queues the call.
    ///
    /// @throws PlatformException when it is refused at the door
    public PendingCall begin(RealTimeCall call, CallInput input) {
        ServingEndpoint endpoint = endpoints.require(call.endpoint(), call.component());
        requireVariant(call, endpoint);
        capacity.check(endpoint);
        LaneId lane = lanes.choose(endpoint, LaneId.Kind.REAL_TIME);
        bound.enter();
        InvocationId id = ids.get();
        var waiting = new PendingCall(id, endpoint, input instanceof CallInput.Arriving);
        pending.put(id, waiting);
        Instant now = clock.instant();
        wakes.wakeIfAsleep(endpoint);
        var _ = store(call, input, id)
                .thenCompose(stored -> queue.enqueue(lane, request(call, endpoint, id, stored, now)))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        waiting.fail(failure);
                    }
                });
        return waiting;
    }

    /// How long a caller waits at most, from its first byte.
    public Duration patience() {
        return patience;
    }

    /// @throws PlatformException `SERVICE_UNAVAILABLE` when replies are no longer received
    public void check() {
        receiver.check();
    }

    /// Gives up every call that still waits.
    @Override
    public void close() {
        receiver.close();
        pending.values()
                .forEach(call ->
                        call.fail(new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the gateway is stopping")));
    }

    private void onReply(Reply reply) {
        PendingCall call = pending.get(reply.invocationId());
        if (call != null) {
            call.leave();
            call.reply.complete(reply);
            if (call.isInputOurs) {
                discardInput(call.id);
            }
        }
    }

    /// In the background: the call is over. Expiry deletes the inputs of calls that never got a reply.
    private void discardInput(InvocationId id) {
        var _ = blocking.call(() -> {
            store.delete(objects.input(id));
            return id;
        });
    }

    private CompletionStage<InferenceInput> store(RealTimeCall call, CallInput input, InvocationId id) {
        return switch (input) {
            case CallInput.Inline(Payload payload) ->
                CompletableFuture.completedFuture(new InferenceInput.Inline(payload));
            case CallInput.Located(ObjectLocation location) ->
                CompletableFuture.completedFuture(new InferenceInput.Stored(location, false));
            case CallInput.Arriving(CallInput.Body body) -> {
                ObjectLocation at = objects.input(id);
                yield body.storeAt(at, new ObjectAttributes(call.contentType(), id), false)
                        .thenApply(_ -> new InferenceInput.Stored(at, true));
            }
        };
    }

    private InferenceRequest request(
            RealTimeCall call, ServingEndpoint endpoint, InvocationId id, InferenceInput input, Instant now) {
        return new InferenceRequest(
                id,
                call.inferenceId() == null ? new InferenceId(id.toString()) : call.inferenceId(),
                endpoint.name(),
                endpoint.variant(),
                input,
                call.contentType(),
                call.accept(),
                call.customAttributes(),
                now,
                now.plus(patience),
                patience,
                new Delivery.RealTime(receiver.address()),
                false,
                call.traceParent());
    }

    private static void requireVariant(RealTimeCall call, ServingEndpoint endpoint) {
        if (call.targetVariant() != null
                && !call.targetVariant().equals(endpoint.variant().value())) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "TargetVariant: endpoint " + endpoint.name() + " has no variant of that name");
        }
    }
}

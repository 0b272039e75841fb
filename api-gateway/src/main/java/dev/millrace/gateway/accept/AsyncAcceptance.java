package dev.millrace.gateway.accept;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.limit.KeyedOrder;
import dev.millrace.gateway.status.StatusIndex;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.RequestQueue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a call into a promise: validate, store the input, claim the idempotency key, queue the record, publish
/// `Accepted`, and only then answer.
///
/// The input exists before the claim and the claim before the record, so a worker never misses its input and a
/// repeat always finds what its first try left. Thread-safe; never blocks the caller's thread.
public final class AsyncAcceptance {
    private static final Logger LOGGER = LoggerFactory.getLogger(AsyncAcceptance.class);

    private final ServingEndpoints endpoints;
    private final Backlogs backlogs;
    private final LaneChooser lanes;
    private final Wakes wakes;
    private final PlatformObjects objects;
    private final OutputNames names;
    private final ObjectStore store;
    private final Claims claims;
    private final RequestQueue queue;
    private final Feed<InvocationEvent> events;
    private final StatusIndex index;
    private final Blocking blocking;
    private final InstantSource clock;
    private final Supplier<InvocationId> ids;
    private final KeyedOrder<ObjectLocation> order = new KeyedOrder<>();

    /// @param index told of each accepted call at once, so that a poll right after the answer finds it
    /// @param ids makes invocation ids
    public AsyncAcceptance(
            ServingEndpoints endpoints,
            Backlogs backlogs,
            LaneChooser lanes,
            Wakes wakes,
            PlatformObjects objects,
            ObjectStore store,
            RequestQueue queue,
            Feed<InvocationEvent> events,
            StatusIndex index,
            Blocking blocking,
            InstantSource clock,
            Supplier<InvocationId> ids) {
        this.endpoints = endpoints;
        this.backlogs = backlogs;
        this.lanes = lanes;
        this.wakes = wakes;
        this.objects = objects;
        this.names = new OutputNames(objects);
        this.store = store;
        this.claims = new Claims(store);
        this.queue = queue;
        this.events = events;
        this.index = index;
        this.blocking = blocking;
        this.clock = clock;
        this.ids = ids;
    }

    /// Accepts a call under a new id.
    ///
    /// The stage fails with a [PlatformException] that says why not; nothing is left behind then, except that
    /// an
    /// input whose record may have reached the queue is left to expiry.
    public CompletionStage<AcceptedCall> accept(AsyncCall call, CallInput input) {
        return accept(call, input, ids.get(), false);
    }

    /// Accepts a call under an id that the source derives, such as a Kafka record's place.
    ///
    /// @param isRepeat whether the same call may have been queued before: the worker then looks for its
    ///     output first
    public CompletionStage<AcceptedCall> accept(AsyncCall call, CallInput input, InvocationId id, boolean isRepeat) {
        Draft draft;
        try {
            ServingEndpoint endpoint = endpoints.require(call.endpoint(), null);
            AsyncInferenceConfig config = endpoint.requireAsynchronous();
            OutputNames.Locations locations = names.of(config, call, id);
            requireForeign(input);
            backlogs.requireRoom(call.endpoint());
            // Before the input arrives: a worker starts while a large body is still coming in.
            wakes.wakeIfAsleep(endpoint);
            String resultTopic = call.resultTopic() == null ? config.resultTopic() : call.resultTopic();
            draft = new Draft(call, endpoint, id, locations, resultTopic, isRepeat);
        } catch (PlatformException e) {
            return CompletableFuture.failedFuture(e);
        }
        return store(draft, input)
                .thenCompose(stored -> call.idempotencyKey() == null
                        ? enqueue(draft.request(stored), draft.endpoint())
                        : claimAndEnqueue(draft, stored, objects.claim(call.endpoint(), call.idempotencyKey())));
    }

    private CompletionStage<StoredInput> store(Draft draft, CallInput input) {
        return switch (input) {
            case CallInput.Inline(Payload payload) ->
                CompletableFuture.completedFuture(stored(new InferenceInput.Inline(payload), null));
            case CallInput.Located(ObjectLocation location) ->
                CompletableFuture.completedFuture(stored(new InferenceInput.Stored(location, false), null));
            case CallInput.Arriving(CallInput.Body body) -> {
                ObjectLocation at = objects.input(draft.id());
                yield body.storeAt(
                                at,
                                new ObjectAttributes(draft.call().contentType(), draft.id()),
                                draft.call().idempotencyKey() != null)
                        .thenApply(stored -> stored(new InferenceInput.Stored(at, true), stored));
            }
        };
    }

    private CompletionStage<AcceptedCall> claimAndEnqueue(Draft draft, StoredInput stored, ObjectLocation claimAt) {
        return order.run(
                claimAt,
                () -> blocking.call(() -> claim(draft, stored, claimAt)).thenCompose(claim -> {
                    if (claim.isEnqueued()) {
                        return CompletableFuture.completedFuture(draft.answerOf(claim));
                    }
                    InferenceRequest request = draft.requestOf(claim, stored.input());
                    return enqueue(request, draft.endpoint()).thenCompose(answer -> mark(claimAt, claim, answer));
                }));
    }

    /// Runs on a blocking thread. An input that was stored for nothing is deleted again; one whose claim may
    /// have
    /// been written is not, since a repeat would run on it.
    private Claim claim(Draft draft, StoredInput stored, ObjectLocation claimAt) {
        Claim mine = draft.claim(stored);
        Claim holder = claims.claimOrGet(claimAt, mine);
        if (!holder.invocationId().equals(mine.invocationId()) && mine.inputLocation() != null) {
            store.delete(mine.inputLocation());
        }
        if (!holder.digest().equals(mine.digest())) {
            throw new PlatformException(
                    ErrorCode.IDEMPOTENCY_CONFLICT, "the idempotency key was used before with another request");
        }
        return holder;
    }

    private CompletionStage<AcceptedCall> mark(ObjectLocation claimAt, Claim claim, AcceptedCall answer) {
        return blocking.call(() -> {
                    claims.markEnqueued(claimAt, claim);
                    return answer;
                })
                .exceptionally(failure -> {
                    // The call is accepted all the same: a repeat is queued again, flagged, and runs once.
                    LOGGER.atWarn()
                            .addKeyValue("invocationId", answer.invocationId())
                            .addKeyValue("error", failure.getMessage())
                            .log("idempotency key not marked as queued");
                    return answer;
                });
    }

    private CompletionStage<AcceptedCall> enqueue(InferenceRequest request, ServingEndpoint endpoint) {
        LaneId lane;
        try {
            lane = lanes.choose(endpoint, LaneId.Kind.ASYNCHRONOUS);
        } catch (PlatformException e) {
            return CompletableFuture.failedFuture(e);
        }
        var accepted = new InvocationEvent.Accepted(
                InvocationSummary.of(request), endpoint.generationId(), request.acceptedAt());
        return queue.enqueue(lane, request)
                .thenCompose(_ -> events.publish(request.invocationId().toString(), accepted))
                .thenApply(_ -> {
                    index.onEvent(accepted);
                    InvocationSummary summary = accepted.summary();
                    return new AcceptedCall(
                            summary.invocationId(),
                            summary.inferenceId(),
                            summary.outputLocation(),
                            summary.failureLocation());
                });
    }

    private void requireForeign(CallInput input) {
        if (input instanceof CallInput.Located(ObjectLocation location)
                && location.bucket().equals(objects.bucket())) {
            throw MemberRules.violation("inputLocation", "Member must not name the platform's own bucket");
        }
    }

    private StoredInput stored(InferenceInput input, CallInput.@Nullable StoredBody body) {
        return new StoredInput(input, body, clock.instant());
    }

    /// @param body what was stored here, or null
    /// @param at the time of acceptance: a body's way here does not count as waiting
    private record StoredInput(InferenceInput input, CallInput.@Nullable StoredBody body, Instant at) {}

    /// A call that is valid and not yet promised.
    private record Draft(
            AsyncCall call,
            ServingEndpoint endpoint,
            InvocationId id,
            OutputNames.Locations locations,
            @Nullable String resultTopic,
            boolean isRepeat) {
        InferenceId inferenceId() {
            return call.inferenceId() == null ? new InferenceId(id.toString()) : call.inferenceId();
        }

        Claim claim(StoredInput stored) {
            ObjectLocation ours =
                    stored.input() instanceof InferenceInput.Stored(ObjectLocation location, boolean isOurs) && isOurs
                            ? location
                            : null;
            return new Claim(
                    id,
                    inferenceId(),
                    RequestDigest.of(call, stored.input(), stored.body()),
                    stored.at(),
                    locations.output(),
                    locations.failure(),
                    ours,
                    false);
        }

        InferenceRequest request(StoredInput stored) {
            return request(id, inferenceId(), locations, stored.input(), stored.at(), isRepeat);
        }

        /// The request that the claim stands for, which may have been made by an earlier try.
        InferenceRequest requestOf(Claim claim, InferenceInput input) {
            boolean isFirst = claim.invocationId().equals(id);
            return request(
                    claim.invocationId(),
                    claim.inferenceId(),
                    new OutputNames.Locations(claim.outputLocation(), claim.failureLocation()),
                    claim.inputLocation() == null ? input : new InferenceInput.Stored(claim.inputLocation(), true),
                    claim.acceptedAt(),
                    isRepeat || !isFirst);
        }

        AcceptedCall answerOf(Claim claim) {
            return new AcceptedCall(
                    claim.invocationId(), claim.inferenceId(), claim.outputLocation(), claim.failureLocation());
        }

        private InferenceRequest request(
                InvocationId invocationId,
                InferenceId inferenceId,
                OutputNames.Locations places,
                InferenceInput input,
                Instant at,
                boolean repeat) {
            return new InferenceRequest(
                    invocationId,
                    inferenceId,
                    endpoint.name(),
                    endpoint.variant(),
                    input,
                    call.contentType(),
                    call.accept(),
                    call.customAttributes(),
                    at,
                    at.plus(call.requestTtl()),
                    call.invocationTimeout(),
                    new Delivery.Asynchronous(
                            places.output(),
                            places.failure(),
                            call.webhookUrl() == null ? null : call.webhookUrl().toString(),
                            resultTopic),
                    repeat,
                    call.traceParent());
        }
    }
}

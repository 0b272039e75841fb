package dev.millrace.worker;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.port.ModelRunner.ModelRequest;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.Replies;
import dev.millrace.invocation.port.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves requests whose caller waits: the result is a reply, and nothing is done for a caller who has
/// gone.
final class RealTimeCalls {
    private static final Logger LOGGER = LoggerFactory.getLogger(RealTimeCalls.class);

    private final ObjectStore store;
    private final PlatformObjects objects;
    private final PayloadLimits limits;
    private final ModelRuns runs;
    private final Inputs inputs;
    private final MemoryBudget memory;
    private final Replies replies;
    private final HeldRetries retries;
    private final InstantSource clock;

    RealTimeCalls(
            ObjectStore store,
            PlatformObjects objects,
            PayloadLimits limits,
            ModelRuns runs,
            Inputs inputs,
            MemoryBudget memory,
            Replies replies,
            HeldRetries retries,
            InstantSource clock) {
        this.store = store;
        this.objects = objects;
        this.limits = limits;
        this.runs = runs;
        this.inputs = inputs;
        this.memory = memory;
        this.replies = replies;
        this.retries = retries;
        this.clock = clock;
    }

    /// Answers the request, on the request's own thread.
    ///
    /// @throws LockLostException when someone else has it now
    Outcome process(Hold hold, Delivery.RealTime delivery) throws InterruptedException {
        Instant giveUpAt = hold.request().expiresAt();
        if (!clock.instant().isBefore(giveUpAt)) {
            return new Outcome.Expired();
        }
        Reply reply;
        try {
            reply = answer(hold, giveUpAt);
        } catch (PlatformException e) {
            reply = new Reply.Failure(hold.id(), e.code(), e.text(), 0);
        }
        return send(hold, delivery, reply, giveUpAt);
    }

    private Reply answer(Hold hold, Instant giveUpAt) throws InterruptedException {
        InferenceRequest request = hold.request();
        Optional<ObjectInfo> object = retries.run(hold, giveUpAt, () -> inputs.find(request, limits.realTimeBytes()));
        try (MemoryBudget.Share _ = memory.take(object.map(ObjectInfo::size).orElse(0L))) {
            ModelRequest modelRequest = retries.run(hold, giveUpAt, () -> modelRequest(hold, object));
            return switch (runs.run(hold, modelRequest, giveUpAt)) {
                case ModelRuns.Run.TimedOut _ ->
                    new Reply.Failure(
                            hold.id(),
                            ErrorCode.MODEL_TIMEOUT,
                            "Your invocation timed out while waiting for a response.",
                            0);
                case ModelRuns.Run.Answered(ModelResponse.Refused refused, Duration _) ->
                    new Reply.Failure(hold.id(), ErrorCode.MODEL_ERROR, refused.message(), refused.statusCode());
                case ModelRuns.Run.Answered(ModelResponse.Success success, Duration latency) ->
                    success(hold, success, latency, giveUpAt);
            };
        }
    }

    private ModelRequest modelRequest(Hold hold, Optional<ObjectInfo> object) {
        InferenceRequest request = hold.request();
        return switch (inputs.load(request, object)) {
            case Inputs.Input.Whole(Payload body, String type) ->
                new ModelRequest(
                        body,
                        type,
                        request.accept(),
                        request.customAttributes(),
                        hold.acquired().lane().kind());
            case Inputs.Input.Sliced(ObjectInfo info, String _) ->
                throw new PlatformException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "the input has " + info.size() + " bytes, too many for an invocation that is waited for");
        };
    }

    private Reply success(Hold hold, ModelResponse.Success success, Duration latency, Instant giveUpAt)
            throws InterruptedException {
        int size = success.body().size();
        if (size > limits.realTimeBytes()) {
            return new Reply.Failure(
                    hold.id(),
                    ErrorCode.MODEL_ERROR,
                    "The model's answer has " + size + " bytes (expected: at most " + limits.realTimeBytes() + ").",
                    0);
        }
        return new Reply.Success(
                hold.id(),
                size <= limits.inlineBytes()
                        ? new InferenceInput.Inline(success.body())
                        : stored(hold, success, giveUpAt),
                success.contentType(),
                success.customAttributes(),
                latency);
    }

    private InferenceInput stored(Hold hold, ModelResponse.Success success, Instant giveUpAt)
            throws InterruptedException {
        ObjectLocation at = objects.reply(hold.id());
        var attributes = new ObjectAttributes(success.contentType(), hold.id());
        var _ = retries.run(hold, giveUpAt, () -> store.put(at, success.body(), attributes, WriteCondition.ALWAYS));
        return new InferenceInput.Stored(at, true);
    }

    private Outcome send(Hold hold, Delivery.RealTime delivery, Reply reply, Instant giveUpAt)
            throws InterruptedException {
        try {
            var _ = retries.run(
                    hold,
                    giveUpAt,
                    () -> HeldRetries.await(
                            replies.send(delivery.replyTo(), reply).thenApply(_ -> true)));
        } catch (PlatformException e) {
            LOGGER.atWarn()
                    .addKeyValue("invocationId", hold.id())
                    .addKeyValue("error", e.text())
                    .log("the reply could not be sent while its caller waited");
            return new Outcome.Expired();
        }
        return switch (reply) {
            case Reply.Success _ -> new Outcome.Completed();
            case Reply.Failure(var _, ErrorCode code, var _, var _) -> new Outcome.Failed(code);
        };
    }
}

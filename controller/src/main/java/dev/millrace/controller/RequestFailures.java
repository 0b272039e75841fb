package dev.millrace.controller;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.Replies;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends requests that no worker will end. Thread-safe; each call blocks and may be repeated.
///
/// An asynchronous request leaves its inline input, a failure object and then its terminal event; one
/// whose output is already there was completed by a worker that died before it could say so, and is
/// completed here. A real-time caller gets a reply.
final class RequestFailures {
    private static final Logger LOGGER = LoggerFactory.getLogger(RequestFailures.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String UNKNOWN_TYPE = "application/octet-stream";

    private final ObjectStore store;
    private final PlatformObjects objects;
    private final Feed<InvocationEvent> events;
    private final Replies replies;
    private final InstantSource clock;

    RequestFailures(
            ObjectStore store,
            PlatformObjects objects,
            Feed<InvocationEvent> events,
            Replies replies,
            InstantSource clock) {
        this.store = store;
        this.objects = objects;
        this.events = events;
        this.replies = replies;
        this.clock = clock;
    }

    /// Ends the request, and returns once the broker has its terminal event or reply.
    ///
    /// @param attempt how often a worker began with it, from 0
    /// @param mayTell asked between the objects and the event: false when the request is another's to end by now
    /// @return whether it was told
    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` when the store or the broker
    ///     is out
    ///     of reach; nothing is promised then and the call may be repeated
    boolean end(InferenceRequest request, int attempt, ErrorCode code, String message, BooleanSupplier mayTell) {
        switch (request.delivery()) {
            case Delivery.RealTime realTime ->
                Stages.await(
                        replies.send(realTime.replyTo(), new Reply.Failure(request.invocationId(), code, message, 0)));
            case Delivery.Asynchronous asynchronous -> {
                InvocationEvent event = terminal(request, asynchronous, attempt, code, message);
                if (!mayTell.getAsBoolean()) {
                    return false;
                }
                Stages.await(events.publish(request.invocationId().toString(), event));
            }
        }
        return true;
    }

    private InvocationEvent terminal(
            InferenceRequest request, Delivery.Asynchronous delivery, int attempt, ErrorCode code, String message) {
        InvocationSummary summary = InvocationSummary.of(request);
        Optional<ObjectInfo> output = written(delivery.outputLocation(), request.invocationId());
        if (output.isPresent()) {
            String type = output.get().contentType();
            return new InvocationEvent.Completed(
                    summary,
                    clock.instant(),
                    Math.max(1, attempt),
                    type == null ? UNKNOWN_TYPE : type,
                    output.get().size(),
                    new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO),
                    null);
        }
        try {
            keepInput(request);
            write(delivery.failureLocation(), Payload.ofUtf8(message), TEXT, request.invocationId());
        } catch (PlatformException e) {
            if (e.code().isTransient()) {
                throw e;
            }
            // A user's bucket that is gone must not keep the request from ending.
            LOGGER.atWarn()
                    .addKeyValue("invocationId", request.invocationId())
                    .addKeyValue("error", e.text())
                    .log("failure object could not be written");
        }
        return code == ErrorCode.REQUEST_EXPIRED
                ? new InvocationEvent.Expired(summary, clock.instant())
                : new InvocationEvent.Failed(summary, clock.instant(), attempt, code, message);
    }

    private void keepInput(InferenceRequest request) {
        switch (request.input()) {
            case InferenceInput.Inline(Payload payload) ->
                write(
                        objects.input(request.invocationId()),
                        payload,
                        request.contentType() == null ? UNKNOWN_TYPE : request.contentType(),
                        request.invocationId());
            case InferenceInput.Stored _ -> {}
        }
    }

    /// Writes unless this invocation wrote there before; what another invocation left is overwritten, as
    /// SageMaker does.
    private void write(ObjectLocation at, Payload body, String contentType, InvocationId id) {
        var attributes = new ObjectAttributes(contentType, id);
        switch (store.put(at, body, attributes, WriteCondition.IF_ABSENT)) {
            case WriteResult.Written _ -> {}
            case WriteResult.Refused _ -> {
                if (written(at, id).isEmpty()) {
                    store.put(at, body, attributes, WriteCondition.ALWAYS);
                }
            }
        }
    }

    private Optional<ObjectInfo> written(ObjectLocation at, InvocationId id) {
        return store.head(at).filter(info -> id.toString().equals(info.invocationId()));
    }
}

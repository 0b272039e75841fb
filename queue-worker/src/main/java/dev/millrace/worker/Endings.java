package dev.millrace.worker;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.StoredObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings an asynchronous invocation to its end: the object first, then the event, and only then does the
/// caller
/// acknowledge.
///
/// Every ending waits for the store and the broker as long as the record is held. The event is published
/// only while
/// the record is known to be held.
final class Endings {
    /// The largest output that rides in a completion event.
    static final int MAX_RESPONSE_BYTES = 128 * 1024;

    static final Timings UNKNOWN_TIMINGS = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private static final String MESSAGE_TYPE = "text/plain; charset=utf-8";
    private static final Logger LOGGER = LoggerFactory.getLogger(Endings.class);

    private final ObjectStore store;
    private final Results results;
    private final PlatformObjects objects;
    private final Feed<InvocationEvent> events;
    private final HeldRetries retries;
    private final InstantSource clock;
    private final boolean includeResponse;

    Endings(
            ObjectStore store,
            PlatformObjects objects,
            Feed<InvocationEvent> events,
            HeldRetries retries,
            InstantSource clock,
            boolean includeResponse) {
        this.store = store;
        this.results = new Results(store);
        this.objects = objects;
        this.events = events;
        this.retries = retries;
        this.clock = clock;
        this.includeResponse = includeResponse;
    }

    /// Publishes that the output, which stands in the store, is there.
    ///
    /// @param body of the output, or null when it is not in memory
    Outcome completed(Hold hold, Results.Standing output, Timings timings, @Nullable Payload body)
            throws InterruptedException {
        InvocationSummary summary = InvocationSummary.of(hold.request());
        Payload response = response(hold, summary.outputLocation(), output, body);
        publish(
                hold,
                new InvocationEvent.Completed(
                        summary,
                        clock.instant(),
                        hold.deliveryCount(),
                        output.contentType(),
                        output.bytes(),
                        timings,
                        response));
        return new Outcome.Completed();
    }

    /// Writes the failure object and publishes the failure, unless an earlier try has completed.
    Outcome failed(Hold hold, Delivery.Asynchronous delivery, ErrorCode code, String message)
            throws InterruptedException {
        Optional<Results.Standing> output = earlierOutput(hold, delivery);
        if (output.isPresent()) {
            return completed(hold, output.get(), UNKNOWN_TIMINGS, null);
        }
        LOGGER.atInfo()
                .addKeyValue("invocationId", hold.id())
                .addKeyValue("endpoint", hold.request().endpoint())
                .addKeyValue("deliveryCount", hold.deliveryCount())
                .addKeyValue("error", code)
                .log("the invocation failed");
        writeFailure(hold, delivery, message);
        publish(
                hold,
                new InvocationEvent.Failed(
                        InvocationSummary.of(hold.request()), clock.instant(), hold.deliveryCount(), code, message));
        return new Outcome.Failed(code);
    }

    /// Writes the failure object of a request that waited longer than its TTL and publishes that, unless an
    /// earlier
    /// try has completed.
    Outcome expired(Hold hold, Delivery.Asynchronous delivery) throws InterruptedException {
        Optional<Results.Standing> output = earlierOutput(hold, delivery);
        if (output.isPresent()) {
            return completed(hold, output.get(), UNKNOWN_TIMINGS, null);
        }
        writeFailure(hold, delivery, "The request waited longer than its RequestTTLSeconds.");
        publish(hold, new InvocationEvent.Expired(InvocationSummary.of(hold.request()), clock.instant()));
        return new Outcome.Expired();
    }

    /// The output that an earlier delivery of the same invocation has left.
    Optional<Results.Standing> earlierOutput(Hold hold, Delivery.Asynchronous delivery) throws InterruptedException {
        return retries.run(hold, () -> results.find(delivery.outputLocation(), hold.id()));
    }

    private void writeFailure(Hold hold, Delivery.Asynchronous delivery, String message) throws InterruptedException {
        try {
            keepInput(hold);
            retries.run(
                    hold,
                    () -> results.write(delivery.failureLocation(), Payload.ofUtf8(message), MESSAGE_TYPE, hold.id()));
        } catch (PlatformException e) {
            // A failure path that can never be written, such as a bucket that is gone: the event still
            // tells.
            LOGGER.atWarn()
                    .addKeyValue("invocationId", hold.id())
                    .addKeyValue("error", e.text())
                    .log("the failure object cannot be written");
        }
    }

    /// Records are deleted once acknowledged, and nobody may lose the input of a call that failed.
    private void keepInput(Hold hold) throws InterruptedException {
        InferenceRequest request = hold.request();
        switch (request.input()) {
            case InferenceInput.Stored _ -> {}
            case InferenceInput.Inline(Payload payload) -> {
                String type = request.contentType();
                retries.run(
                        hold,
                        () -> results.write(
                                objects.input(hold.id()),
                                payload,
                                type == null ? "application/octet-stream" : type,
                                hold.id()));
            }
        }
    }

    private void publish(Hold hold, InvocationEvent event) throws InterruptedException {
        hold.mustBeHeld();
        retries.run(hold, () -> {
            hold.mustBeHeld();
            return HeldRetries.await(events.publish(hold.id().toString(), event).thenApply(_ -> true));
        });
    }

    private @Nullable Payload response(Hold hold, ObjectLocation at, Results.Standing output, @Nullable Payload body)
            throws InterruptedException {
        if (!includeResponse || output.bytes() > MAX_RESPONSE_BYTES) {
            return null;
        }
        if (body != null && body.size() == output.bytes()) {
            return body;
        }
        Optional<StoredObject> stored = retries.run(hold, () -> store.get(at, MAX_RESPONSE_BYTES));
        return stored.isPresent() ? stored.get().body() : null;
    }
}

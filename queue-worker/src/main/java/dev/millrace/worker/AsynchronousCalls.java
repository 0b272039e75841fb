package dev.millrace.worker;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.invocation.port.ModelRunner.ModelRequest;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Serves requests whose result is an object and an event.
final class AsynchronousCalls {
    private final ObjectStore store;
    private final Results results;
    private final ModelRunner runner;
    private final ModelRuns runs;
    private final Inputs inputs;
    private final MemoryBudget memory;
    private final Endings endings;
    private final HeldRetries retries;
    private final Progress progress;
    private final InstantSource clock;
    private final long maxInputBytes;

    AsynchronousCalls(
            ObjectStore store,
            ModelRunner runner,
            ModelRuns runs,
            Inputs inputs,
            MemoryBudget memory,
            Endings endings,
            HeldRetries retries,
            Progress progress,
            InstantSource clock,
            long maxInputBytes) {
        this.store = store;
        this.results = new Results(store);
        this.runner = runner;
        this.runs = runs;
        this.inputs = inputs;
        this.memory = memory;
        this.endings = endings;
        this.retries = retries;
        this.progress = progress;
        this.clock = clock;
        this.maxInputBytes = maxInputBytes;
    }

    /// Brings the request to its end, on the request's own thread.
    ///
    /// @throws LockLostException when someone else has it now
    Outcome process(Hold hold, Delivery.Asynchronous delivery) throws InterruptedException {
        InferenceRequest request = hold.request();
        if (request.isRepeat() || hold.deliveryCount() > 1) {
            Optional<Results.Standing> output = endings.earlierOutput(hold, delivery);
            if (output.isPresent()) {
                return endings.completed(hold, output.get(), Endings.UNKNOWN_TIMINGS, null);
            }
        }
        Instant begun = clock.instant();
        if (begun.isAfter(request.expiresAt())) {
            return endings.expired(hold, delivery);
        }
        progress.begun(hold, begun);
        try {
            return serve(hold, delivery, begun);
        } catch (PlatformException e) {
            return endings.failed(hold, delivery, e.code(), e.text());
        } finally {
            progress.ended(hold);
        }
    }

    private Outcome serve(Hold hold, Delivery.Asynchronous delivery, Instant begun) throws InterruptedException {
        InferenceRequest request = hold.request();
        Instant latest = begun.plus(request.invocationTimeout());
        Instant giveUpAt = latest.isAfter(request.expiresAt()) ? latest : request.expiresAt();
        Optional<ObjectInfo> object = retries.run(hold, giveUpAt, () -> inputs.find(request, maxInputBytes));
        long held = object.filter(info -> !inputs.isSliced(request, info))
                .map(ObjectInfo::size)
                .orElse(0L);
        try (MemoryBudget.Share _ = memory.take(held)) {
            long before = System.nanoTime();
            Inputs.Input input = retries.run(hold, giveUpAt, () -> inputs.load(request, object));
            Duration download = object.isPresent() ? since(before) : Duration.ZERO;
            Duration waited = positive(Duration.between(request.acceptedAt(), begun));
            return switch (input) {
                case Inputs.Input.Whole(Payload body, String type) ->
                    runWhole(hold, delivery, body, type, giveUpAt, waited, download);
                case Inputs.Input.Sliced(ObjectInfo info, String type) ->
                    runSliced(hold, delivery, info, type, giveUpAt, waited);
            };
        }
    }

    private Outcome runWhole(
            Hold hold,
            Delivery.Asynchronous delivery,
            Payload body,
            @Nullable String type,
            Instant giveUpAt,
            Duration waited,
            Duration download)
            throws InterruptedException {
        InferenceRequest request = hold.request();
        var modelRequest = new ModelRequest(
                body,
                type,
                request.accept(),
                request.customAttributes(),
                hold.acquired().lane().kind());
        return switch (runs.run(hold, modelRequest, Instant.MAX)) {
            case ModelRuns.Run.TimedOut _ -> timedOut(hold, delivery);
            case ModelRuns.Run.Answered(ModelResponse.Refused refused, Duration _) ->
                endings.failed(hold, delivery, ErrorCode.MODEL_ERROR, refused.message());
            case ModelRuns.Run.Answered(ModelResponse.Success success, Duration latency) -> {
                long before = System.nanoTime();
                Results.Standing output = retries.run(
                        hold,
                        giveUpAt,
                        () -> results.write(
                                delivery.outputLocation(), success.body(), success.contentType(), hold.id()));
                var timings = new Timings(waited, download, latency, since(before));
                yield endings.completed(hold, output, timings, success.body());
            }
        };
    }

    private Outcome runSliced(
            Hold hold,
            Delivery.Asynchronous delivery,
            ObjectInfo input,
            @Nullable String type,
            Instant giveUpAt,
            Duration waited)
            throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try (var sliced = new SlicedRun(store, hold.id(), delivery.outputLocation())) {
                ModelRuns.Run run = runs.runSliced(
                        hold,
                        () -> sliced.run(runner, input, type, hold.request().accept()));
                return switch (run) {
                    case ModelRuns.Run.TimedOut _ -> timedOut(hold, delivery);
                    case ModelRuns.Run.Answered(ModelResponse.Refused refused, Duration _) ->
                        endings.failed(hold, delivery, ErrorCode.MODEL_ERROR, refused.message());
                    case ModelRuns.Run.Answered(ModelResponse.Success _, Duration latency) -> {
                        long before = System.nanoTime();
                        Results.Standing output = sliced.commit();
                        // Reading, running and writing overlap: all of it counts as the model's.
                        var timings = new Timings(waited, Duration.ZERO, latency, since(before));
                        yield endings.completed(hold, output, timings, null);
                    }
                };
            } catch (PlatformException e) {
                // What broke off in the middle begins again from the first row.
                retries.waitAfter(hold, giveUpAt, failures, e);
            }
        }
    }

    private Outcome timedOut(Hold hold, Delivery.Asynchronous delivery) throws InterruptedException {
        Duration timeout = hold.request().invocationTimeout();
        return endings.failed(
                hold,
                delivery,
                ErrorCode.MODEL_TIMEOUT,
                "The model did not answer within " + timeout.toSeconds() + " seconds.");
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    private static Duration positive(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }
}

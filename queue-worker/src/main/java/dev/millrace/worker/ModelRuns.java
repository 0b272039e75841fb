package dev.millrace.worker;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.invocation.port.ModelRunner.ModelRequest;
import dev.millrace.invocation.port.ModelRunner.ModelResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs requests on the model within their time limits, and notices a run that does not end.
///
/// A native call cannot be stopped: a run that goes on after its limit and a grace is reported as stuck,
/// and the
/// process must end. Thread-safe.
final class ModelRuns {
    /// How a run ended for its caller.
    sealed interface Run {
        /// @param latency from the hand-over to the model on
        record Answered(ModelResponse response, Duration latency) implements Run {}

        record TimedOut() implements Run {}
    }

    private static final Duration FOREVER = Duration.ofDays(365);

    private final ModelRunner runner;
    private final ServiceTime serviceTime;
    private final Duration grace;
    private final InstantSource clock;
    private final ThreadFactory watchers;
    private final Consumer<Hold> onStuck;

    /// @param grace how long after its limit a run may still end by itself
    /// @param watchers virtual threads, at most one per run that timed out
    /// @param onStuck called once per run that does not end, on a thread of its own
    ModelRuns(
            ModelRunner runner,
            ServiceTime serviceTime,
            Duration grace,
            InstantSource clock,
            ThreadFactory watchers,
            Consumer<Hold> onStuck) {
        this.runner = runner;
        this.serviceTime = serviceTime;
        this.grace = grace;
        this.clock = clock;
        this.watchers = watchers;
        this.onStuck = onStuck;
    }

    /// Runs a request whose input is in memory.
    ///
    /// @param giveUpAt when nobody waits for the answer any more, begun or not
    /// @throws PlatformException when the run failed other than by the model's own answer
    Run run(Hold hold, ModelRequest request, Instant giveUpAt) throws InterruptedException {
        long handedOver = System.nanoTime();
        var started = new CompletableFuture<Void>();
        CompletableFuture<ModelResponse> answer = runner.run(request, () -> {
            serviceTime.begin();
            started.complete(null);
        });
        // Runs when the model has ended, whether or not anyone still waits.
        CompletableFuture<ModelResponse> ended = answer.whenComplete((_, _) -> {
            if (started.isDone()) {
                serviceTime.end();
            } else {
                started.completeExceptionally(new CancellationException("never began"));
            }
        });
        if (!waitFor(started, until(giveUpAt))) {
            answer.cancel(false);
            return new Run.TimedOut();
        }
        return within(hold, ended, handedOver, limit(hold, giveUpAt));
    }

    /// Runs a request whose input and output are streams.
    ///
    /// @param sliced blocks; is interrupted at its limit
    Run runSliced(Hold hold, Callable<ModelResponse> sliced) throws InterruptedException {
        long handedOver = System.nanoTime();
        var ended = new CompletableFuture<ModelResponse>();
        var task = new FutureTask<Void>(() -> {
            try {
                ended.complete(sliced.call());
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
            return null;
        });
        Thread thread = watchers.newThread(task);
        thread.start();
        try {
            Run run = within(hold, ended, handedOver, limit(hold, Instant.MAX));
            if (run instanceof Run.TimedOut) {
                thread.interrupt();
            }
            return run;
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
    }

    private Run within(Hold hold, CompletableFuture<ModelResponse> ended, long handedOver, Duration limit)
            throws InterruptedException {
        try {
            ModelResponse response = ended.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return new Run.Answered(response, Duration.ofNanos(System.nanoTime() - handedOver));
        } catch (TimeoutException _) {
            watchers.newThread(() -> watch(hold, ended)).start();
            return new Run.TimedOut();
        } catch (CancellationException _) {
            throw new InterruptedException("the model is being closed");
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private void watch(Hold hold, CompletableFuture<ModelResponse> ended) {
        try {
            if (!waitFor(ended, grace)) {
                onStuck.accept(hold);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration limit(Hold hold, Instant giveUpAt) {
        Duration left = until(giveUpAt);
        Duration timeout = hold.request().invocationTimeout();
        return left.compareTo(timeout) < 0 ? left : timeout;
    }

    private Duration until(Instant time) {
        Instant now = clock.instant();
        // Instant.MAX is further away than a count of nanoseconds can say.
        return time.isAfter(now.plus(FOREVER)) ? FOREVER : Duration.between(now, time);
    }

    /// Whether the future ended in time, well or not.
    private static boolean waitFor(CompletableFuture<?> future, Duration time) throws InterruptedException {
        try {
            future.get(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException | CancellationException _) {
            return true;
        } catch (TimeoutException _) {
            return false;
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) throws InterruptedException {
        return switch (cause) {
            case PlatformException e -> e;
            case InterruptedException e -> throw e;
            case Error e -> throw e;
            case CancellationException _ -> throw new InterruptedException("the model is being closed");
            case null, default -> new PlatformException(ErrorCode.INTERNAL_FAILURE, "the model run failed", cause);
        };
    }
}

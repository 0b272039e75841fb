package dev.millrace.worker;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repeats a step that met trouble which may pass, for as long as its record is held.
///
/// The record stays with this worker: giving it back would cost one of its few deliveries and move it to a
/// worker
/// with the same trouble.
final class HeldRetries {
    private static final Logger LOGGER = LoggerFactory.getLogger(HeldRetries.class);

    private final Backoff backoff;
    private final InstantSource clock;
    private final RandomGenerator random;

    HeldRetries(Backoff backoff, InstantSource clock, RandomGenerator random) {
        this.backoff = backoff;
        this.clock = clock;
        this.random = random;
    }

    /// The step's result, however often it takes.
    ///
    /// @param giveUpAt the step's trouble is thrown once the next try would be later
    /// @throws PlatformException the step's own, when it is for good or the time is up
    /// @throws LockLostException when the record is no longer held after a failed try
    <T> T run(Hold hold, Instant giveUpAt, Supplier<T> step) throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                T result = step.get();
                hold.enter(Hold.Phase.RUNNING);
                return result;
            } catch (PlatformException e) {
                waitAfter(hold, giveUpAt, failures, e);
            }
        }
    }

    /// Waits before the next try of a step.
    ///
    /// @throws PlatformException the trouble itself, when it is for good or the next try would be too late
    /// @throws LockLostException when the record is no longer held
    void waitAfter(Hold hold, Instant giveUpAt, int failures, PlatformException trouble) throws InterruptedException {
        Duration wait = backoff.after(failures, random);
        if (!trouble.code().isTransient() || !clock.instant().plus(wait).isBefore(giveUpAt)) {
            throw trouble;
        }
        hold.mustBeHeld();
        hold.enter(Hold.Phase.RETRYING);
        log(hold, failures, trouble);
        pause(wait);
    }

    /// As [#run] for as long as the record is held.
    <T> T run(Hold hold, Supplier<T> step) throws InterruptedException {
        return run(hold, Instant.MAX, step);
    }

    /// What the stage ends with.
    ///
    /// @throws PlatformException the stage's own, or `INTERNAL_FAILURE` for any other
    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PlatformException failure
                    ? failure
                    : new PlatformException(ErrorCode.INTERNAL_FAILURE, "unexpected failure", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the worker is stopping", e);
        }
    }

    /// Waits for nothing but the time; an interrupt, which ends the worker's patience, ends the wait.
    static void pause(Duration wait) throws InterruptedException {
        new CountDownLatch(1).await(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void log(Hold hold, int failures, PlatformException trouble) {
        (failures == 1 ? LOGGER.atWarn() : LOGGER.atDebug())
                .addKeyValue("invocationId", hold.id())
                .addKeyValue("deliveryCount", hold.deliveryCount())
                .addKeyValue("attempt", failures)
                .addKeyValue("error", trouble.text())
                .log("a dependency is in trouble, the record is held");
    }
}

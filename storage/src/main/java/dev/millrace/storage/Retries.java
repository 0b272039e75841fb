package dev.millrace.storage;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tries again what failed for a reason that may pass: a few times, with backoff, and never so often that a
/// store in trouble gets much more traffic than a healthy one.
final class Retries {
    /// One try of an operation.
    @FunctionalInterface
    interface Attempt<T> {
        /// @param isRepeated whether an earlier try may have taken effect without our knowing
        T run(boolean isRepeated) throws IOException;
    }

    static final int MAX_ATTEMPTS = 4;

    private static final Logger LOGGER = LoggerFactory.getLogger(Retries.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));
    /// A retry costs ten, a success earns one: over time at most one request in ten is a retry.
    private static final int COST = 10;

    private static final int MAX_CREDIT = 100 * COST;

    private final RandomGenerator random;
    private final AtomicInteger credit;
    private final @Nullable Duration patience;

    Retries(RandomGenerator random) {
        this(random, new AtomicInteger(MAX_CREDIT), null);
    }

    private Retries(RandomGenerator random, AtomicInteger credit, @Nullable Duration patience) {
        this.random = random;
        this.credit = credit;
        this.patience = patience;
    }

    /// The same, beginning no further try after that time.
    Retries within(Duration newPatience) {
        return new Retries(random, credit, newPatience);
    }

    /// @param what the operation and its object, for messages
    /// @throws PlatformException what the last refusal means; `SERVICE_UNAVAILABLE` when the store gave no
    ///     answer
    <T> T run(String what, Attempt<T> attempt) {
        long begun = System.nanoTime();
        for (int failures = 0; ; ) {
            try {
                T result = attempt.run(failures > 0);
                credit.updateAndGet(now -> Math.min(MAX_CREDIT, now + 1));
                return result;
            } catch (S3Refusal e) {
                if (!e.isTransient() || ++failures == MAX_ATTEMPTS || isOver(begun) || !spend()) {
                    throw e.asPlatformException(what);
                }
                report(what, failures, e);
            } catch (IOException e) {
                if (++failures == MAX_ATTEMPTS || isOver(begun) || !spend()) {
                    throw new PlatformException(
                            ErrorCode.SERVICE_UNAVAILABLE, what + ": no answer from the store (" + e + ")", e);
                }
                report(what, failures, e);
            }
            pause(BACKOFF.after(failures, random));
        }
    }

    /// Waits before a try outside of [#run].
    void pause(int failures) {
        pause(BACKOFF.after(failures, random));
    }

    private boolean isOver(long begun) {
        return patience != null && System.nanoTime() - begun >= patience.toNanos();
    }

    private boolean spend() {
        return credit.getAndUpdate(now -> now >= COST ? now - COST : now) >= COST;
    }

    private static void pause(Duration wait) {
        try {
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "store: interrupted", e);
        }
    }

    private static void report(String what, int failures, IOException e) {
        LOGGER.atDebug()
                .addKeyValue("operation", what)
                .addKeyValue("attempt", failures)
                .addKeyValue("error", e.toString())
                .log("store call is tried again");
    }
}

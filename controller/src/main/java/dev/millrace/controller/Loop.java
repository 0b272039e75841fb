package dev.millrace.controller;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A step repeated on its own named thread: after a pause when it went well, after a backoff when it failed.
final class Loop implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Loop.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(20));
    private static final int TOLERATED_FAILURES = 3;
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(3);

    /// One round.
    interface Step {
        void run() throws InterruptedException;
    }

    private final String name;
    private final Duration pause;
    private final Step step;
    private final RandomGenerator random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile int failures;
    private volatile String trouble = "";

    /// Starts at once.
    Loop(String name, Duration pause, RandomGenerator random, Step step) {
        this.name = name;
        this.pause = pause;
        this.step = step;
        this.random = random;
        this.thread = Threads.start(name, this::run);
    }

    /// Answers whether the rounds go well.
    HealthCheck health() {
        return new HealthCheck(name, () -> {
            if (!thread.isAlive()) {
                throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, name + ": the loop has ended");
            }
            if (failures >= TOLERATED_FAILURES) {
                throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, name + ": " + trouble);
            }
        });
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            var _ = thread.join(LEAVE_WITHIN);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                Duration wait = round();
                var _ = closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration round() throws InterruptedException {
        try {
            step.run();
            failures = 0;
            return pause;
        } catch (RuntimeException e) {
            if (closed.getCount() == 0) {
                return Duration.ZERO;
            }
            int count = failures + 1;
            failures = count;
            trouble = e instanceof PlatformException platform ? platform.text() : "unexpected failure";
            (count == 1 ? LOGGER.atWarn() : LOGGER.atDebug())
                    .addKeyValue("loop", name)
                    .addKeyValue("attempt", count)
                    .addKeyValue("error", e.getMessage())
                    .setCause(e instanceof PlatformException ? null : e)
                    .log("a round failed and is tried again");
            return BACKOFF.after(count, random);
        }
    }
}

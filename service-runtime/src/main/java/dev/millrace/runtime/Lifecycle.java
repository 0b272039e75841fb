package dev.millrace.runtime;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the parts of a process in order and stops them in reverse, each within its own deadline; also after a
/// failed start.
///
/// Started by one thread; closed by any, once.
public final class Lifecycle implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Lifecycle.class);

    private static final Duration LEAST = Duration.ofMillis(200);

    private final Deque<Part> parts = new ArrayDeque<>();

    /// Something that may fail.
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }

    private record Part(String name, Step stop, Duration deadline) {}

    /// Starts a part.
    ///
    /// @param deadline how long its stop may take before it is interrupted and left behind
    /// @throws IllegalStateException when it does not start; everything started before is stopped by then
    public void start(String name, Step start, Step stop, Duration deadline) {
        try {
            start.run();
        } catch (Exception e) {
            throw failedStart(name, e);
        }
        parts.push(new Part(name, stop, deadline));
    }

    /// Makes a part that runs from its making to its close.
    ///
    /// @throws IllegalStateException when it cannot be made; everything started before is stopped by then
    public <T extends AutoCloseable> T open(String name, Callable<T> open, Duration deadline) {
        T part;
        try {
            part = open.call();
        } catch (Exception e) {
            throw failedStart(name, e);
        }
        parts.push(new Part(name, part::close, deadline));
        return part;
    }

    /// Stops every part, the last one first. A part that fails or hangs is logged and does not keep the
    /// others up.
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            stop(part, part.deadline());
        }
    }

    /// Stops every part as [#close] does, in less than the given time: who comes late has what is left, and at least
    /// a fifth of a second to let go of what must not be cut off.
    public synchronized void closeWithin(Duration whole) {
        long end = System.nanoTime() + whole.toNanos();
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            Duration left = Duration.ofNanos(Math.max(LEAST.toNanos(), end - System.nanoTime()));
            stop(part, left.compareTo(part.deadline()) < 0 ? left : part.deadline());
        }
    }

    private IllegalStateException failedStart(String name, Exception cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        close();
        return new IllegalStateException(name + " did not start: " + cause.getMessage(), cause);
    }

    private static void stop(Part part, Duration deadline) {
        long start = System.nanoTime();
        var done = new CountDownLatch(1);
        Thread thread = Threads.start("stop-" + part.name(), () -> {
            try {
                part.stop().run();
            } catch (Exception e) {
                LOGGER.atWarn().addKeyValue("part", part.name()).setCause(e).log("a part failed to stop");
            } finally {
                done.countDown();
            }
        });
        if (!awaitWithin(done, deadline)) {
            thread.interrupt();
            LOGGER.atWarn()
                    .addKeyValue("part", part.name())
                    .addKeyValue("durationMs", (System.nanoTime() - start) / 1_000_000)
                    .log("a part did not stop in time and is left behind");
        }
    }

    // Stopping goes on when the stopping thread is interrupted: the deadlines bound it.
    private static boolean awaitWithin(CountDownLatch done, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return done.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

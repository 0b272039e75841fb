package dev.millrace.worker;

import dev.millrace.invocation.WorkerState;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Tells what the worker is doing: soon after every change, but not more than ten times a second, and at
/// least once
/// a second. Thread-safe.
final class StateReporter implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final Supplier<WorkerState> state;
    private final Consumer<WorkerState> listener;
    private final Semaphore changes = new Semaphore(0);
    private final Semaphore end = new Semaphore(0);
    private final Thread thread;

    /// @param listener called on the reporter's own thread
    StateReporter(Supplier<WorkerState> state, Consumer<WorkerState> listener) {
        this.state = state;
        this.listener = listener;
        this.thread = Threads.start("state-reporter", this::loop);
    }

    /// Says that the state may have changed; cheap.
    void changed() {
        if (changes.availablePermits() == 0) {
            changes.release();
        }
    }

    /// Reports the last state and ends.
    @Override
    public void close() {
        end.release();
        changes.release();
        try {
            thread.join(LONGEST);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try {
            boolean isOver = false;
            while (!isOver) {
                changes.drainPermits();
                listener.accept(state.get());
                isOver = end.tryAcquire(SHORTEST.toNanos(), TimeUnit.NANOSECONDS);
                if (!isOver) {
                    var _ = changes.tryAcquire(LONGEST.minus(SHORTEST).toNanos(), TimeUnit.NANOSECONDS);
                    isOver = end.tryAcquire();
                }
            }
            listener.accept(state.get());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

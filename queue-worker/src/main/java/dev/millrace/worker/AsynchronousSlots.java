package dev.millrace.worker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// How many asynchronous requests may be under way: all that the endpoint allows while nobody waits for an answer, and
/// few while real-time calls come, since a backlog that is worked off at full speed takes the cores, the store and the
/// broker from them.
///
/// Thread-safe.
final class AsynchronousSlots {
    /// For so long after a real-time call the next one is expected.
    static final Duration LATELY = Duration.ofMillis(100);

    private final int all;
    private final int beside;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private int taken;
    private volatile long quietFrom;

    /// @param all slots while no real-time calls come, at least 1
    /// @param threads runs of the model at once; half of them are for asynchronous requests beside
    ///     real-time calls
    AsynchronousSlots(int all, int threads, LongSupplier nanoTime) {
        this.all = Math.max(1, all);
        this.beside = Math.clamp(threads / 2, 1, this.all);
        this.nanoTime = nanoTime;
        this.quietFrom = nanoTime.getAsLong();
    }

    /// Someone waits for an answer.
    void realTimeCall() {
        quietFrom = nanoTime.getAsLong() + LATELY.toNanos();
    }

    /// Waits for a slot.
    void acquire() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (taken >= all || (taken >= beside && toQuiet() > 0)) {
                var _ = freed.awaitNanos(taken >= all ? Long.MAX_VALUE : toQuiet());
            }
            taken++;
        } finally {
            lock.unlock();
        }
    }

    void release() {
        lock.lock();
        try {
            taken--;
            freed.signal();
        } finally {
            lock.unlock();
        }
    }

    private long toQuiet() {
        return quietFrom - nanoTime.getAsLong();
    }
}

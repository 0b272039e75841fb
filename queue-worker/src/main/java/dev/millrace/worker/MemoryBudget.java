package dev.millrace.worker;

import java.util.concurrent.Semaphore;

/// The heap that stored inputs may fill at once; who asks for more than is left waits. Thread-safe.
final class MemoryBudget {
    private static final int UNIT = 1024;

    /// A part of the budget, given back by [#close].
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    private final int units;
    private final Semaphore free;

    MemoryBudget(long bytes) {
        this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
        this.free = new Semaphore(units, true);
    }

    /// Waits for room; one request alone always gets through, however large.
    Share take(long bytes) throws InterruptedException {
        int wanted = (int) Math.min(units, bytes / UNIT + 1);
        free.acquire(wanted);
        return () -> free.release(wanted);
    }
}

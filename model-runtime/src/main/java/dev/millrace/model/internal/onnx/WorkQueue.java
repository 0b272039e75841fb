package dev.millrace.model.internal.onnx;

import dev.millrace.invocation.LaneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Work that waits for the pool: callers who wait go first, and every tenth turn is the others', so that
/// neither starves.
///
/// Bounded for requests; slices are bounded by whoever reads the input. Thread-safe.
final class WorkQueue {
    private static final int TURNS = 10;

    private final int maxWaiting;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<Work> realTime = new ArrayDeque<>();
    private final Deque<Work> asynchronous = new ArrayDeque<>();
    private int turn;
    private boolean isClosed;

    WorkQueue(int maxWaiting) {
        this.maxWaiting = maxWaiting;
    }

    /// Adds a request unless too many wait or the queue is closed.
    boolean offer(Work.Request request) {
        lock.lock();
        try {
            return size() < maxWaiting && add(request);
        } finally {
            lock.unlock();
        }
    }

    /// Adds a slice unless the queue is closed.
    boolean offer(Work.Slice slice) {
        lock.lock();
        try {
            return add(slice);
        } finally {
            lock.unlock();
        }
    }

    /// Waits for work; null once the queue is closed.
    @Nullable
    Work take() throws InterruptedException {
        lock.lock();
        try {
            Work next = next();
            while (next == null && !isClosed) {
                arrived.await();
                next = next();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// What comes next, waiting for it so long at most.
    @Nullable
    Work poll(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            Work next = next();
            while (next == null && left > 0 && !isClosed) {
                left = arrived.awaitNanos(left);
                next = next();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// How much waits.
    int size() {
        lock.lock();
        try {
            return realTime.size() + asynchronous.size();
        } finally {
            lock.unlock();
        }
    }

    /// A request of a caller who waits, if there is one.
    @Nullable
    Work pollRealTime() {
        lock.lock();
        try {
            return realTime.poll();
        } finally {
            lock.unlock();
        }
    }

    /// Gives back what was taken, as the first to be taken again.
    void putBack(Work work) {
        lock.lock();
        try {
            if (isClosed) {
                work.fail(OnnxModelRunner.closing());
            } else {
                lane(work).addFirst(work);
                arrived.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Refuses further work and gives up what waits.
    void close() {
        List<Work> left = new ArrayList<>();
        lock.lock();
        try {
            isClosed = true;
            left.addAll(realTime);
            left.addAll(asynchronous);
            realTime.clear();
            asynchronous.clear();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(work -> work.fail(OnnxModelRunner.closing()));
    }

    private boolean add(Work work) {
        if (isClosed) {
            return false;
        }
        lane(work).addLast(work);
        arrived.signal();
        return true;
    }

    private @Nullable Work next() {
        Deque<Work> first = realTime;
        if (!realTime.isEmpty() && !asynchronous.isEmpty() && ++turn % TURNS == 0) {
            first = asynchronous;
        }
        Work work = first.poll();
        return work == null ? asynchronous.poll() : work;
    }

    private Deque<Work> lane(Work work) {
        return work.kind() == LaneId.Kind.REAL_TIME ? realTime : asynchronous;
    }
}

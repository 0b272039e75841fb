package dev.millrace.queue;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.port.AcquiredRequest;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A record under its acquisition lock, as its holder sees it.
final class HeldRequest implements AcquiredRequest {
    private final LaneId lane;
    private final InferenceRequest request;
    private final int deliveryCount;
    private final Runnable onFinished;
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    private volatile boolean isLost;

    /// By this process's own clock, so that one that was stopped for longer than the lock knows when it wakes.
    private volatile long heldUntilNanos;

    /// @param onFinished called once, by the thread that acknowledges
    HeldRequest(LaneId lane, InferenceRequest request, int deliveryCount, long heldUntilNanos, Runnable onFinished) {
        this.lane = lane;
        this.request = request;
        this.deliveryCount = deliveryCount;
        this.heldUntilNanos = heldUntilNanos;
        this.onFinished = onFinished;
    }

    @Override
    public LaneId lane() {
        return lane;
    }

    @Override
    public InferenceRequest request() {
        return request;
    }

    @Override
    public int deliveryCount() {
        return deliveryCount;
    }

    @Override
    public boolean isHeld() {
        return !isLost && System.nanoTime() - heldUntilNanos < 0;
    }

    @Override
    public void acknowledge(Outcome how) {
        if (outcome.compareAndSet(null, how)) {
            onFinished.run();
        }
    }

    /// What the holder said, or null while it has not.
    @Nullable
    Outcome outcome() {
        return outcome.get();
    }

    void renewedUntil(long nanos) {
        heldUntilNanos = nanos;
    }

    void lose() {
        isLost = true;
    }

    @Override
    public String toString() {
        return lane + " " + request.invocationId();
    }
}

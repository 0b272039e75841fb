package dev.millrace.worker;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.port.AcquiredRequest;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A held record without a broker.
final class FakeAcquired implements AcquiredRequest {
    private final LaneId lane;
    private final InferenceRequest request;
    private final int deliveryCount;
    private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
    private volatile boolean isHeld = true;

    FakeAcquired(LaneId lane, InferenceRequest request, int deliveryCount) {
        this.lane = lane;
        this.request = request;
        this.deliveryCount = deliveryCount;
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
        return isHeld;
    }

    void lose() {
        isHeld = false;
    }

    @Override
    public void acknowledge(Outcome how) {
        outcome.compareAndSet(null, how);
    }

    /// Null until it was acknowledged.
    @Nullable
    Outcome outcome() {
        return outcome.get();
    }
}

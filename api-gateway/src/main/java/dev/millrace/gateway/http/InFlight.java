package dev.millrace.gateway.http;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Counts requests under way, so that a gateway that stops can finish them and refuse new ones.
public final class InFlight {
    private final CompletableFuture<Boolean> drained = new CompletableFuture<>();
    private int count;
    private boolean isDraining;

    /// @throws PlatformException `SERVICE_UNAVAILABLE` once the gateway stops
    synchronized void enter() {
        if (isDraining) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the gateway is stopping");
        }
        count++;
    }

    synchronized void leave() {
        count--;
        completeIfDrained();
    }

    public synchronized int count() {
        return count;
    }

    /// Refuses new requests from now on; the stage ends when the last one has been answered.
    public synchronized CompletionStage<Boolean> drain() {
        isDraining = true;
        completeIfDrained();
        return drained;
    }

    synchronized boolean isDraining() {
        return isDraining;
    }

    private void completeIfDrained() {
        if (isDraining && count == 0) {
            drained.complete(true);
        }
    }
}

package dev.millrace.worker;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.port.AcquiredRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One acquired request on its way through this worker. Its own thread moves it on; others look.
final class Hold {
    /// How far the request has come.
    enum Phase {
        /// Acquired; nothing was done for it yet, so it can be given back without a trace.
        WAITING,
        /// Being served.
        RUNNING,
        /// Held while a dependency is in trouble.
        RETRYING
    }

    private final AcquiredRequest acquired;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Phase phase = Phase.WAITING;
    private volatile long retryingSince;
    private volatile @Nullable Thread thread;

    Hold(AcquiredRequest acquired) {
        this.acquired = acquired;
    }

    InferenceRequest request() {
        return acquired.request();
    }

    InvocationId id() {
        return acquired.request().invocationId();
    }

    AcquiredRequest acquired() {
        return acquired;
    }

    int deliveryCount() {
        return acquired.deliveryCount();
    }

    Phase phase() {
        return phase;
    }

    void enter(Phase next) {
        if (next == Phase.RETRYING && phase != Phase.RETRYING) {
            retryingSince = System.nanoTime();
        }
        phase = next;
    }

    /// Whether a dependency has kept it from going on for at least that long.
    boolean isRetryingFor(Duration time) {
        return phase == Phase.RETRYING && System.nanoTime() - retryingSince >= time.toNanos();
    }

    /// Called first by the thread that serves it.
    void servedBy(Thread server) {
        thread = server;
    }

    /// Ends the patience of the thread that serves it.
    void interrupt() {
        Thread server = thread;
        if (server != null) {
            server.interrupt();
        }
    }

    /// Called last by the thread that serves it.
    void end() {
        ended.complete(null);
    }

    /// Ends when the request was acknowledged or given up.
    CompletableFuture<Void> ended() {
        return ended.copy();
    }

    /// @throws LockLostException when the broker has given the record to someone else
    void mustBeHeld() {
        if (!acquired.isHeld()) {
            throw new LockLostException();
        }
    }
}

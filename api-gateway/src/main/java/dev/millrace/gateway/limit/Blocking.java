package dev.millrace.gateway.limit;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Runs calls that block on virtual threads, so that event loops never do. Nothing else in the gateway starts
/// work on another thread.
///
/// At most `concurrency` calls run at once and at most the bound's number run or wait; more are refused, and
/// so is a call whose turn does not come.
public final class Blocking implements AutoCloseable {
    /// As long as a call itself may take when the store is away: a caller gets its answer in twice the time.
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final Bound bound;
    private final Semaphore permits;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("gateway-blocking"));

    public Blocking(int concurrency, Bound bound) {
        this.bound = bound;
        this.permits = new Semaphore(concurrency);
    }

    /// The stage ends on the call's own thread; whoever belongs to an event loop goes back to it.
    public <T> CompletionStage<T> call(Callable<T> work) {
        if (!bound.tryEnter()) {
            return CompletableFuture.failedFuture(busy());
        }
        var result = new CompletableFuture<T>();
        threads.execute(() -> {
            try {
                if (!permits.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                    result.completeExceptionally(busy());
                    return;
                }
                try {
                    complete(result, work);
                } finally {
                    permits.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                result.completeExceptionally(e);
            } finally {
                bound.leave();
            }
        });
        return result;
    }

    private static PlatformException busy() {
        return new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the gateway is busy, try again");
    }

    private static <T> void complete(CompletableFuture<T> result, Callable<T> work) {
        T value;
        try {
            value = work.call();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            result.completeExceptionally(e);
            return;
        }
        result.complete(value);
    }

    /// Interrupts what still runs.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}

package dev.millrace.gateway.limit;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Threads;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Runs calls that block on virtual threads, so that event loops never do. Nothing else in the gateway starts
/// work on another thread.
///
/// At most `concurrency` calls run at once and at most the bound's number run or wait; more are refused.
public final class Blocking implements AutoCloseable {
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
            return CompletableFuture.failedFuture(
                    new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the gateway is busy, try again"));
        }
        var result = new CompletableFuture<T>();
        threads.execute(() -> {
            try {
                permits.acquire();
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

package dev.millrace.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Runs health checks at the same time, each within the timeout.
///
/// A check that hangs runs once, however often it is asked for. Safe for use by several threads.
final class HealthChecks {
    private static final ThreadFactory THREADS = Threads.virtual("health");
    private static final Executor EXECUTOR = work -> THREADS.newThread(work).start();

    private final List<HealthCheck> checks;
    private final Duration timeout;
    private final Map<HealthCheck, CompletableFuture<Void>> running = new ConcurrentHashMap<>();

    /// What one check found.
    ///
    /// @param cause why the dependency is not usable, or null when it is
    record Result(String name, @Nullable String cause) {
        boolean isUp() {
            return cause == null;
        }
    }

    HealthChecks(List<HealthCheck> checks, Duration timeout) {
        this.checks = List.copyOf(checks);
        this.timeout = timeout;
    }

    /// One result per check, in their order; blocks at most for the timeout.
    List<Result> run() throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        var started = checks.stream().map(this::start).toList();
        var results = new Result[checks.size()];
        for (int i = 0; i < results.length; i++) {
            results[i] = new Result(checks.get(i).name(), cause(started.get(i), deadline - System.nanoTime()));
        }
        return List.of(results);
    }

    private CompletableFuture<Void> start(HealthCheck check) {
        return running.compute(
                check,
                (_, current) -> current != null && !current.isDone()
                        ? current
                        : CompletableFuture.runAsync(() -> check.probe().check(), EXECUTOR));
    }

    private @Nullable String cause(CompletableFuture<Void> run, long nanos) throws InterruptedException {
        try {
            run.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return null;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String message = cause == null ? null : cause.getMessage();
            return message == null ? String.valueOf(cause) : message;
        } catch (TimeoutException _) {
            return "no answer within " + timeout.toMillis() + " ms";
        }
    }
}

package dev.millrace.testkit;

import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A server in a child JVM that says in one line of JSON when it can be used. Used by one thread.
final class ChildServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int LINES_KEPT = 50;

    private final String name;
    private @Nullable JavaProcess process;

    ChildServer(String name) {
        this.name = name;
    }

    /// Starts the server.
    ///
    /// @return the line that says it is ready
    /// @throws IllegalStateException with the server's own last words when it does not start
    String start(JavaCommand command) {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        var ready = new CompletableFuture<String>();
        var said = new ArrayBlockingQueue<String>(LINES_KEPT);
        var child = JavaProcess.start(
                name,
                command,
                line -> {
                    if (line.startsWith("{\"ready\":true")) {
                        ready.complete(line);
                    }
                },
                line -> {
                    System.err.println("[" + name + "] " + line);
                    said.offer(line);
                });
        process = child;
        var ended = child.onExit().<String>thenApply(status -> {
            throw new IllegalStateException(
                    name + " ended with status " + status + " before it was ready: " + String.join("\n", said));
        });
        try {
            return ready.applyToEither(ended, Function.identity()).get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(name + " did not start", e.getCause());
        } catch (TimeoutException _) {
            child.kill();
            throw new IllegalStateException(name + " was not ready within " + START + ": " + String.join("\n", said));
        } catch (InterruptedException e) {
            child.kill();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " started", e);
        }
    }

    Optional<Long> pid() {
        return Optional.ofNullable(process).filter(JavaProcess::isAlive).map(JavaProcess::pid);
    }

    void stop() {
        if (process != null) {
            process.stop(STOP);
        }
    }

    void kill() {
        if (process != null) {
            process.kill();
        }
    }

    @Override
    public void close() {
        stop();
    }
}

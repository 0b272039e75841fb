package dev.millrace.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A child JVM whose standard input stays open for as long as this process lives, so that the child's
/// [ParentWatch]
/// notices when it does not.
///
/// The child inherits the environment less every `MILLRACE_` variable: its settings are what its parent gives
/// it.
/// Safe for use by several threads.
public final class JavaProcess implements AutoCloseable {
    /// Of a longer line only this much reaches a listener.
    public static final int MAX_LINE_BYTES = 64 * 1024;

    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);
    private static final Duration LAST_LINES = Duration.ofSeconds(1);

    private final String name;
    private final Process process;
    private final OutputStream stdin;
    private final CompletableFuture<Integer> exit;

    private JavaProcess(String name, Process process, CompletableFuture<Integer> exit) {
        this.name = name;
        this.process = process;
        this.stdin = process.getOutputStream();
        this.exit = exit;
    }

    /// Starts the child. Each listener is called on a thread of its own, one line after the other; a slow one
    /// stops
    /// the child at its next write.
    ///
    /// @param name what the child is called in thread names and messages
    /// @throws UncheckedIOException when no process can be started
    public static JavaProcess start(
            String name, JavaCommand command, Consumer<String> stdout, Consumer<String> stderr) {
        var builder = new ProcessBuilder(command.line());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("MILLRACE_"));
        builder.environment().putAll(command.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
        var lines = CompletableFuture.allOf(
                pump(name + "-stdout", process.getInputStream(), stdout),
                pump(name + "-stderr", process.getErrorStream(), stderr));
        // A grandchild may hold the pipes open, so the last lines are waited for only a moment.
        var exit = process.onExit()
                .thenCompose(ended -> lines.copy()
                        .completeOnTimeout(null, LAST_LINES.toMillis(), TimeUnit.MILLISECONDS)
                        .thenApply(_ -> ended.exitValue()));
        return new JavaProcess(name, process, exit);
    }

    /// Writes one line to the child's standard input.
    ///
    /// @throws UncheckedIOException when the child is gone
    public void send(String line) {
        try {
            synchronized (stdin) {
                stdin.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                stdin.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not read its input", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /// How long the child has been on processors so far; empty where the system does not say, or when it
    /// has ended.
    public Optional<Duration> cpuTime() {
        return process.info().totalCpuDuration();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Completes with the exit status once the child has gone and its last lines were handed on.
    public CompletableFuture<Integer> onExit() {
        return exit.copy();
    }

    /// Asks the child to end (end of its input, and SIGTERM), and kills it when it has not within the grace.
    ///
    /// @return the exit status
    public int stop(Duration grace) {
        closeInput();
        process.toHandle().destroy();
        try {
            return exit.get(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return kill();
        } catch (InterruptedException _) {
            int status = kill();
            Thread.currentThread().interrupt();
            return status;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the exit of " + name + " cannot be seen", e);
        }
    }

    /// Kills the child at once, as `kill -9` does.
    ///
    /// @return the exit status
    public int kill() {
        process.toHandle().destroyForcibly();
        int status = exit.join();
        closeInput();
        return status;
    }

    /// Stops the child with five seconds of grace.
    @Override
    public void close() {
        stop(CLOSE_GRACE);
    }

    // On a thread of its own: a send that the child does not read holds the stream's lock until the child is killed.
    private void closeInput() {
        Threads.start(name + "-stdin-close", () -> {
            try {
                stdin.close();
            } catch (IOException _) {
                // What was not flushed has no reader any more.
            }
        });
    }

    // Platform threads: the read of a pipe holds one either way (for a virtual thread the scheduler adds a carrier).
    private static CompletableFuture<Void> pump(String name, InputStream stream, Consumer<String> listener) {
        var done = new CompletableFuture<Void>();
        Threads.start(name, () -> {
            try {
                BoundedLines.pump(stream, MAX_LINE_BYTES, listener);
            } finally {
                done.complete(null);
            }
        });
        return done;
    }
}

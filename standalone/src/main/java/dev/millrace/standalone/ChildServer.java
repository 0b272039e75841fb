package dev.millrace.standalone;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker or the store as a child process: started, watched, and started again when it dies.
///
/// It is ready when it prints a line that holds `"ready":true`; what it writes to its standard error goes to
/// a log
/// file.
final class ChildServer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ChildServer.class);
    /// A child that trains writes its cache when it is told to stop.
    private static final Duration STOP_GRACE =
            CacheTraining.isTraining() ? CacheTraining.PATIENCE : Duration.ofSeconds(4);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
    private static final int LAST_LINES = 8;

    private final String name;
    private final JavaCommand command;
    private final Path logFile;
    private final RandomGenerator random;
    private final Deque<String> lastLines = new ArrayDeque<>();

    private volatile CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile @Nullable JavaProcess process;
    private volatile boolean isClosing;
    private int crashes;

    ChildServer(String name, JavaCommand command, Path logFile, RandomGenerator random) {
        this.name = name;
        this.command = command;
        this.logFile = logFile;
        this.random = random;
    }

    /// Starts the child and returns at once.
    synchronized void start() {
        var starting = new CompletableFuture<Void>();
        ready = starting;
        JavaProcess started = JavaProcess.start(
                name,
                command,
                line -> {
                    if (line.contains("\"ready\":true")) {
                        starting.complete(null);
                    }
                },
                this::log);
        process = started;
        var _ = started.onExit().thenAccept(status -> onExit(starting, status));
    }

    /// Waits until the child is ready.
    ///
    /// @throws UsageException with the child's last words, when it ended instead or the time is over
    void awaitReady(Duration timeout) throws InterruptedException {
        try {
            ready.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UsageException cause ? cause : new IllegalStateException(name, e);
        } catch (TimeoutException _) {
            throw new UsageException(
                    "the " + name + " was not ready within " + timeout.toSeconds() + " s; see " + logFile);
        }
    }

    HealthCheck health() {
        return new HealthCheck(name, () -> {
            if (!ready.isDone() || ready.isCompletedExceptionally()) {
                throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the " + name + " process is not up");
            }
        });
    }

    long pid() {
        JavaProcess current = process;
        return current == null ? -1 : current.pid();
    }

    private synchronized void onExit(CompletableFuture<Void> starting, int status) {
        if (isClosing) {
            return;
        }
        boolean wasReady = starting.isDone();
        if (!wasReady && crashes == 0) {
            starting.completeExceptionally(new UsageException(
                    "the " + name + " ended with status " + status + ": " + String.join(" | ", words())));
            return;
        }
        crashes = wasReady ? 1 : crashes + 1;
        ready = new CompletableFuture<>();
        Duration wait = BACKOFF.after(crashes, random);
        LOGGER.atError()
                .addKeyValue("server", name)
                .addKeyValue("statusCode", status)
                .addKeyValue("durationMs", wait.toMillis())
                .log("child server ended, starting it again");
        CompletableFuture.delayedExecutor(
                        wait.toMillis(), TimeUnit.MILLISECONDS, Threads.virtual(name + "-restart")::newThread)
                .execute(() -> {
                    if (!isClosing) {
                        start();
                    }
                });
    }

    private void log(String line) {
        synchronized (lastLines) {
            lastLines.addLast(line);
            if (lastLines.size() > LAST_LINES) {
                lastLines.removeFirst();
            }
            try {
                Files.writeString(
                        logFile,
                        line + "\n",
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + logFile, e);
            }
        }
    }

    private Deque<String> words() {
        synchronized (lastLines) {
            return new ArrayDeque<>(lastLines);
        }
    }

    @Override
    public void close() {
        JavaProcess current;
        synchronized (this) {
            isClosing = true;
            current = process;
        }
        if (current != null) {
            current.stop(STOP_GRACE);
        }
    }
}

package dev.millrace.worker.host;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.WorkerUsage;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.runtime.Backoff;
import dev.millrace.runtime.JavaProcess;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One worker as its host sees it: its process, started again when it crashes, until it is told to leave.
///
/// Every method runs on the host's loop; what the process says is brought there.
final class WorkerChild {
    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerChild.class);
    private static final Codec<WorkerState> STATES = Json.codec(WorkerState.class);

    /// A worker that has been ready for so long has left its crashes behind.
    private static final Duration STEADY = Duration.ofSeconds(30);

    private static final int MAX_REASON = 500;

    private final WorkerCommand commands;
    private final Backoff restart;
    private final Duration drainTimeout;
    private final Executor loop;
    private final RandomGenerator random;
    private final Runnable onChange;

    private WorkerSpec spec;
    private WorkerState state = new WorkerState.Starting();
    private @Nullable JavaProcess process;
    private @Nullable UsageMeter meter;
    private int starts;
    private int crashes;
    private String lastWords = "";
    private long readySince;
    private long startAt;
    private long killAt = Long.MAX_VALUE;
    private boolean isLeaving;

    /// @param loop runs what the process's threads bring
    /// @param onChange called on the loop when the state has changed
    WorkerChild(
            WorkerSpec spec,
            WorkerCommand commands,
            Backoff restart,
            Duration drainTimeout,
            Executor loop,
            RandomGenerator random,
            Runnable onChange) {
        this.spec = spec;
        this.commands = commands;
        this.restart = restart;
        this.drainTimeout = drainTimeout;
        this.loop = loop;
        this.random = random;
        this.onChange = onChange;
        this.startAt = System.nanoTime();
    }

    WorkerSpec spec() {
        return spec;
    }

    WorkerState state() {
        return state;
    }

    /// What its process takes, once it has run for a while.
    Optional<WorkerUsage> usage(long now) {
        return meter == null ? Optional.empty() : meter.read(now);
    }

    boolean isGone() {
        return isLeaving && process == null;
    }

    /// Does what is due: starts the process, or kills one that does not leave.
    void tick(long now) {
        JavaProcess running = process;
        if (running == null) {
            if (!isLeaving && !(state instanceof WorkerState.Unusable) && now - startAt >= 0) {
                start();
            }
        } else if (now - killAt >= 0) {
            LOGGER.atWarn().addKeyValue("workerId", spec.workerId()).log("a worker did not leave in time, killed");
            killAt = Long.MAX_VALUE;
            running.kill();
        } else if (crashes > 0 && state instanceof WorkerState.Ready && now - readySince > STEADY.toNanos()) {
            crashes = 0;
        }
    }

    /// When [#tick] has something to do next, as a value of the nano clock.
    long due() {
        if (process != null) {
            return killAt;
        }
        return isLeaving || state instanceof WorkerState.Unusable ? Long.MAX_VALUE : startAt;
    }

    /// Takes a changed spec where a running worker can: other lanes of the same queue.
    ///
    /// @return false when another worker must take its place
    boolean adopt(WorkerSpec changed) {
        if (!withoutLanes(changed).equals(withoutLanes(spec)) || isLeaving) {
            return false;
        }
        if (!changed.lanes().equals(spec.lanes())) {
            send("lanes " + changed.lanes().stream().map(LaneId::topic).collect(Collectors.joining(",")));
        }
        spec = changed;
        return true;
    }

    /// Tells the worker to finish what it holds and leave.
    void drain() {
        if (isLeaving) {
            return;
        }
        isLeaving = true;
        if (process != null) {
            killAt = System.nanoTime() + drainTimeout.toNanos();
            send("drain");
        }
    }

    /// Stops the process within the grace; may be called from any thread.
    void stop(Duration grace) {
        JavaProcess running = process;
        if (running != null) {
            running.stop(grace);
        }
    }

    private void start() {
        int run = ++starts;
        state = new WorkerState.Starting();
        lastWords = "";
        try {
            JavaProcess started = JavaProcess.start(
                    spec.workerId(),
                    commands.of(spec, crashes),
                    line -> loop.execute(() -> onLine(run, line)),
                    line -> onLog(line));
            process = started;
            meter = UsageMeter.of(started, System.nanoTime());
            var _ = started.onExit().thenAccept(code -> loop.execute(() -> onExit(run, code)));
            LOGGER.atInfo()
                    .addKeyValue("workerId", spec.workerId())
                    .addKeyValue("pid", started.pid())
                    .addKeyValue("crashes", crashes)
                    .log("worker started");
        } catch (UncheckedIOException e) {
            crashed(String.valueOf(e.getMessage()));
        }
        onChange.run();
    }

    private void onLine(int run, String line) {
        if (run != starts) {
            return;
        }
        WorkerState told;
        try {
            told = STATES.decode(line.getBytes(StandardCharsets.UTF_8)).orElse(state);
        } catch (PlatformException _) {
            // The JVM itself prints its last words here.
            lastWords = line;
            return;
        }
        if (told instanceof WorkerState.Crashed(int _, String reason)) {
            lastWords = reason;
            return;
        }
        if (told instanceof WorkerState.Ready && !(state instanceof WorkerState.Ready)) {
            readySince = System.nanoTime();
        }
        boolean isNews = !told.equals(state);
        state = told;
        if (isNews) {
            onChange.run();
        }
    }

    private void onLog(String line) {
        LOGGER.atInfo()
                .addKeyValue("workerId", spec.workerId())
                .addKeyValue("line", line)
                .log("worker says");
    }

    private void onExit(int run, int code) {
        if (run != starts) {
            return;
        }
        process = null;
        meter = null;
        killAt = Long.MAX_VALUE;
        if (!isLeaving && !(state instanceof WorkerState.Unusable)) {
            crashed(lastWords.isEmpty() ? "the worker ended with status " + code : lastWords);
        }
        LOGGER.atInfo()
                .addKeyValue("workerId", spec.workerId())
                .addKeyValue("statusCode", code)
                .addKeyValue("state", state)
                .log("worker ended");
        onChange.run();
    }

    private void crashed(String reason) {
        crashes++;
        String shown = reason.substring(0, Math.min(MAX_REASON, reason.length()));
        state = new WorkerState.Crashed(crashes, shown);
        startAt = System.nanoTime() + restart.after(crashes, random).toNanos();
    }

    private void send(String line) {
        JavaProcess running = process;
        if (running != null) {
            try {
                running.send(line);
            } catch (UncheckedIOException e) {
                LOGGER.atDebug().setCause(e).log("a worker that ends reads no orders");
            }
        }
    }

    private static WorkerSpec withoutLanes(WorkerSpec spec) {
        return new WorkerSpec(
                spec.workerId(),
                spec.hostId(),
                spec.endpoint(),
                spec.variant(),
                spec.generation(),
                List.of(),
                spec.modelData(),
                spec.image(),
                spec.environment(),
                spec.maxConcurrentInvocations(),
                spec.threads(),
                spec.memoryMb(),
                spec.isAcceleratorWanted(),
                spec.includeResponse());
    }
}

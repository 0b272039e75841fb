package dev.millrace.worker;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of one worker process: load, serve, leave.
final class WorkerProcess {
    /// It was told to leave, or its host is gone.
    static final int LEFT = 0;
    /// The model cannot be served, now or later.
    static final int UNUSABLE = 3;
    /// A run of the model does not end.
    static final int STUCK = 4;

    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerProcess.class);
    private static final String LANES = "lanes ";

    private final WorkerSpec spec;
    private final WorkerConfig config;
    private final Supplier<WorkerPorts> ports;
    private final ModelSource models;
    private final Consumer<WorkerState> states;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable Worker> serving = new AtomicReference<>();
    private volatile List<LaneId> lanes;

    /// @param ports connects; called on a thread of its own while the model loads
    /// @param states takes what the host is told
    WorkerProcess(
            WorkerSpec spec,
            WorkerConfig config,
            Supplier<WorkerPorts> ports,
            ModelSource models,
            Consumer<WorkerState> states,
            InstantSource clock,
            RandomGenerator random) {
        this.spec = spec;
        this.config = config;
        this.ports = ports;
        this.models = models;
        this.states = states;
        this.clock = clock;
        this.random = random;
        this.lanes = spec.lanes();
    }

    /// Runs until the worker has left.
    ///
    /// @return the status to exit with
    int run() throws InterruptedException {
        states.accept(new WorkerState.Starting());
        CompletableFuture<WorkerPorts> connecting =
                CompletableFuture.supplyAsync(ports, work -> Threads.start("connect", work));
        Threads.start("load", () -> begin(connecting));
        try {
            return end.join();
        } finally {
            close();
            ended.countDown();
        }
    }

    /// Takes an order of the host.
    void onOrder(String line) {
        if (line.equals("drain")) {
            Threads.start("drain", () -> leave(config.drainTimeout()));
        } else if (line.startsWith(LANES)) {
            lanes = Stream.of(line.substring(LANES.length()).split(","))
                    .map(LaneId::ofTopic)
                    .flatMap(Optional::stream)
                    .toList();
            Worker worker = serving.get();
            if (worker != null) {
                worker.serve(lanes);
            }
        }
    }

    /// Leaves within seconds: the host is gone, or the machine stops. Blocks until the process may exit.
    void abandon() {
        leave(config.abandonTimeout());
        try {
            var _ = ended.await(config.abandonTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(CompletableFuture<WorkerPorts> connecting) {
        try {
            long before = System.nanoTime();
            ModelRunner runner = load();
            var worker = new Worker(spec, config, connecting.join(), runner, clock, random, states, this::stuck);
            if (!end.isDone()) {
                serving.set(worker);
                worker.serve(lanes);
                worker.start();
                LOGGER.atInfo()
                        .addKeyValue("endpoint", spec.endpoint())
                        .addKeyValue("workerId", spec.workerId())
                        .addKeyValue(
                                "durationMs",
                                Duration.ofNanos(System.nanoTime() - before).toMillis())
                        .log("model loaded, serving");
            }
        } catch (PlatformException e) {
            LOGGER.atWarn().addKeyValue("error", e.text()).log("the model cannot be served");
            states.accept(new WorkerState.Unusable(e.text()));
            end.complete(UNUSABLE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOGGER.atError().setCause(e).log("the worker cannot start");
            end.completeExceptionally(e);
        }
    }

    private ModelRunner load() throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return models.load(spec);
            } catch (PlatformException e) {
                if (!e.code().isTransient()) {
                    throw e;
                }
                LOGGER.atWarn()
                        .addKeyValue("attempt", failures)
                        .addKeyValue("error", e.text())
                        .log("the model cannot be fetched yet");
                HeldRetries.pause(config.retry().after(failures, random));
            }
        }
    }

    private void leave(Duration deadline) {
        Worker worker = serving.get();
        if (worker != null && !end.isDone()) {
            try {
                worker.drain(deadline);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        end.complete(LEFT);
    }

    private void stuck(String reason) {
        LOGGER.atError()
                .addKeyValue("workerId", spec.workerId())
                .addKeyValue("error", reason)
                .log("worker ends");
        states.accept(new WorkerState.Crashed(config.crashes() + 1, reason));
        end.complete(STUCK);
    }

    private void close() {
        Worker worker = serving.get();
        if (worker != null) {
            worker.close();
        }
    }
}

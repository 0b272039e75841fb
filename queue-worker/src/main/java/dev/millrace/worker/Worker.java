package dev.millrace.worker;

import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.port.ModelRunner;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the lanes of one generation with one loaded model.
///
/// Every acquired request has a virtual thread of its own, bounded by what the consumers may hold. Closes
/// neither its
/// ports nor the model.
public final class Worker implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Worker.class);

    /// How long a request that was told to stop may take to be given back.
    private static final Duration LETTING_GO = Duration.ofSeconds(1);
    /// How long a call whose run never ends may take to be failed before the process ends.
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final WorkerSpec spec;
    private final WorkerConfig config;
    private final WorkerPorts ports;
    private final ModelRunner runner;
    private final InstantSource clock;
    private final Consumer<String> onStuck;
    private final RequestProcessor processor;
    private final WorkerLanes lanes;
    private final StateReporter reporter;
    private final Progress progress;
    private final AsynchronousSlots asynchronousSlots;
    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();
    private final ThreadFactory threads = Threads.virtual("request");
    private final AtomicBoolean isStuck = new AtomicBoolean();
    private volatile boolean isDraining;
    private volatile Instant idleSince;

    /// @param listener told what the worker is doing, on a thread of its own
    /// @param onStuck called once, with the reason, when a run of the model does not end: the process must
    public Worker(
            WorkerSpec spec,
            WorkerConfig config,
            WorkerPorts ports,
            ModelRunner runner,
            InstantSource clock,
            RandomGenerator random,
            Consumer<WorkerState> listener,
            Consumer<String> onStuck) {
        this.spec = spec;
        this.config = config;
        this.ports = ports;
        this.runner = runner;
        this.clock = clock;
        this.onStuck = onStuck;
        this.asynchronousSlots =
                new AsynchronousSlots(spec.maxConcurrentInvocations(), spec.threads(), System::nanoTime);
        this.idleSince = clock.instant();
        var serviceTime = new ServiceTime(Math.max(1, spec.threads()), System::nanoTime);
        this.progress = new Progress(ports.events(), clock, spec.workerId());
        this.processor = processor(serviceTime, random);
        this.lanes = new WorkerLanes(spec, config.crashes(), ports.consumers(), serviceTime, this::take);
        this.reporter = new StateReporter(this::state, listener);
    }

    /// Begins to acquire.
    public void start() {
        progress.start();
        lanes.start();
    }

    /// What the worker is doing now.
    public WorkerState state() {
        return isDraining
                ? new WorkerState.Draining(holds.size())
                : new WorkerState.Ready(holds.size(), idleSince, runner.executionProvider());
    }

    /// Serves these lanes from now on; what is held of others is finished.
    public void serve(List<LaneId> wanted) {
        lanes.serve(wanted);
    }

    /// Stops acquiring, finishes what was begun, and gives back what was not begun or is not done in time.
    /// Blocks;
    /// then the worker is to be closed.
    ///
    /// @return whether everything was finished in time
    public boolean drain(Duration deadline) throws InterruptedException {
        isDraining = true;
        reporter.changed();
        lanes.stopAcquiring();
        holds.stream().filter(hold -> hold.phase() == Hold.Phase.WAITING).forEach(Hold::interrupt);
        boolean isFinished = awaitNothingHeld(deadline);
        if (!isFinished) {
            LOGGER.atWarn().addKeyValue("inFlight", holds.size()).log("not finished in time, given back to the queue");
            lanes.awaitStopped();
            holds.forEach(Hold::interrupt);
            awaitNothingHeld(LETTING_GO);
        }
        return isFinished;
    }

    /// Gives back whatever is still held and leaves the lanes.
    @Override
    public void close() {
        isDraining = true;
        holds.forEach(Hold::interrupt);
        lanes.close();
        progress.close();
        reporter.close();
    }

    private void take(Hold hold) {
        holds.add(hold);
        reporter.changed();
        Thread thread = threads.newThread(() -> serve(hold));
        hold.servedBy(thread);
        thread.start();
    }

    private void serve(Hold hold) {
        try {
            Outcome outcome = switch (hold.request().delivery()) {
                case Delivery.RealTime _ -> {
                    asynchronousSlots.realTimeCall();
                    yield process(hold);
                }
                case Delivery.Asynchronous _ -> processInSlot(hold);
            };
            hold.acquired().acknowledge(outcome);
        } finally {
            holds.remove(hold);
            if (holds.isEmpty()) {
                idleSince = clock.instant();
            }
            hold.end();
            reporter.changed();
        }
    }

    private Outcome processInSlot(Hold hold) {
        try {
            asynchronousSlots.acquire();
        } catch (InterruptedException _) {
            lanes.awaitStopped();
            return new Outcome.Drained();
        }
        try {
            return process(hold);
        } finally {
            asynchronousSlots.release();
        }
    }

    private Outcome process(Hold hold) {
        if (isDraining) {
            lanes.awaitStopped();
            return new Outcome.Drained();
        }
        return processor.process(hold);
    }

    /// Called when a run goes on after its limit and the grace: the caller gets its failure first.
    private void stuck(Hold hold) {
        try {
            hold.ended().get(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException _) {
            // Its record comes again, and ends as a dead letter at the latest.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (isStuck.compareAndSet(false, true)) {
            onStuck.accept("a run of the model did not end within its time limit");
        }
    }

    private boolean awaitNothingHeld(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        for (Hold hold : List.copyOf(holds)) {
            try {
                hold.ended().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException _) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException("the end of a hold never fails", e);
            }
        }
        return holds.isEmpty() || awaitNothingHeld(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    private RequestProcessor processor(ServiceTime serviceTime, RandomGenerator random) {
        var retries = new HeldRetries(config.retry(), clock, random);
        long heap = Runtime.getRuntime().maxMemory();
        var memory = new MemoryBudget(heap / 4);
        var inputs =
                new Inputs(ports.store(), runner, config.inMemoryBytes(), Math.max(heap / 8, config.inMemoryBytes()));
        var runs = new ModelRuns(
                runner, serviceTime, config.killGrace(), clock, Threads.virtual("model-watch"), this::stuck);
        var endings =
                new Endings(ports.store(), config.objects(), ports.events(), retries, clock, spec.includeResponse());
        var asynchronous = new AsynchronousCalls(
                ports.store(),
                runner,
                runs,
                inputs,
                memory,
                endings,
                retries,
                progress,
                clock,
                config.limits().asynchronousBytes());
        var realTime = new RealTimeCalls(
                ports.store(),
                config.objects(),
                config.limits(),
                runs,
                inputs,
                memory,
                ports.replies(),
                retries,
                clock);
        return new RequestProcessor(asynchronous, realTime, endings);
    }
}

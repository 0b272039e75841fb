package dev.millrace.worker.host;

import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.WorkerUsage;
import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the workers that the placements give to this host, each as a child process, and reports what they
/// do every
/// second and at every change.
///
/// All decisions are taken by one thread, the loop; everything else brings it what happened.
public final class WorkerHost implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerHost.class);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);
    /// Changes that come together are told together.
    private static final Duration REPORT_AFTER = Duration.ofMillis(20);
    private static final Duration STOP_GRACE = Duration.ofMillis(4_500);

    private final WorkerHostConfig config;
    private final String hostId;
    private final Feed<Placement> placements;
    private final Feed<HostReport> reports;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final WorkerCommand commands;
    private final DesiredWorkers desired;
    private final Map<String, WorkerChild> workers = new TreeMap<>();
    private final List<WorkerChild> leaving = new ArrayList<>();
    private final BlockingQueue<Runnable> happenings = new LinkedBlockingQueue<>();
    private Feed.@Nullable Subscription subscription;
    private @Nullable Thread loop;
    private boolean isCaughtUp;
    private boolean isClosed;
    private long reportAt;

    /// @param placements followed from the beginning
    /// @param reports the key is the host's id
    public WorkerHost(
            WorkerHostConfig config,
            Feed<Placement> placements,
            Feed<HostReport> reports,
            InstantSource clock,
            RandomGenerator random) {
        this.config = config;
        this.hostId = HostIdentity.of(config.dataFolder());
        this.placements = placements;
        this.reports = reports;
        this.clock = clock;
        this.random = random;
        this.commands = new WorkerCommand(config);
        this.desired = new DesiredWorkers(hostId);
        this.reportAt = System.nanoTime();
    }

    /// The id that placements name.
    public String hostId() {
        return hostId;
    }

    /// Begins to follow the placements and to report.
    public void start() {
        loop = Threads.start("worker-host", this::loop);
        Feed.Subscription following = placements.follow(
                new Feed.Start.Beginning(), (key, placement) -> happenings.add(() -> apply(key, placement)));
        subscription = following;
        // Placements that later ones have replaced are read first: nothing starts before the last one is
        // known.
        var _ = following
                .caughtUp()
                .thenRun(() -> happenings.add(() -> {
                    isCaughtUp = true;
                    reconcile();
                }));
    }

    public List<HealthCheck> healthChecks() {
        return List.of(new HealthCheck("worker-host", this::check));
    }

    /// Stops all workers: they finish what they can within seconds and give back the rest.
    @Override
    public void close() {
        Feed.Subscription following = subscription;
        if (following != null) {
            following.close();
        }
        Thread running = loop;
        if (running == null) {
            return;
        }
        happenings.add(() -> isClosed = true);
        try {
            running.join(STOP_GRACE.plusSeconds(2));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void check() {
        Thread running = loop;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("the worker host's loop has ended");
        }
        Feed.Subscription following = subscription;
        if (following != null) {
            following.check();
        }
    }

    private void loop() {
        try {
            while (!isClosed) {
                Runnable happening = happenings.poll(untilDue(System.nanoTime()), TimeUnit.NANOSECONDS);
                for (; happening != null; happening = happenings.poll()) {
                    happening.run();
                }
                long now = System.nanoTime();
                List.copyOf(workers.values()).forEach(worker -> worker.tick(now));
                leaving.forEach(worker -> worker.tick(now));
                leaving.removeIf(WorkerChild::isGone);
                if (now - reportAt >= 0) {
                    report();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            stopAll();
            publish(null);
        }
    }

    private long untilDue(long now) {
        long wait = reportAt - now;
        for (WorkerChild worker : workers.values()) {
            wait = Math.min(wait, until(worker.due(), now));
        }
        for (WorkerChild worker : leaving) {
            wait = Math.min(wait, until(worker.due(), now));
        }
        return Math.max(0, wait);
    }

    private static long until(long due, long now) {
        return due == Long.MAX_VALUE ? Long.MAX_VALUE : due - now;
    }

    private void apply(String key, @Nullable Placement placement) {
        desired.apply(key, placement);
        if (isCaughtUp) {
            reconcile();
        }
    }

    private void reconcile() {
        Map<String, WorkerSpec> wanted = desired.specs();
        for (var running : new HashMap<>(workers).entrySet()) {
            WorkerSpec spec = wanted.get(running.getKey());
            if (spec == null || !running.getValue().adopt(spec)) {
                leave(running.getKey(), running.getValue());
            }
        }
        for (WorkerSpec spec : wanted.values()) {
            if (workers.size() >= config.capacity().maxWorkers()) {
                LOGGER.atWarn()
                        .addKeyValue("maxWorkers", config.capacity().maxWorkers())
                        .addKeyValue("wanted", wanted.size())
                        .log("more workers are placed here than this host runs");
                break;
            }
            workers.computeIfAbsent(spec.workerId(), _ -> child(spec));
        }
        changed();
    }

    private void leave(String workerId, WorkerChild worker) {
        workers.remove(workerId);
        worker.drain();
        if (!worker.isGone()) {
            leaving.add(worker);
        }
    }

    private WorkerChild child(WorkerSpec spec) {
        return new WorkerChild(
                spec, commands, config.restart(), config.drainTimeout(), happenings::add, random, this::changed);
    }

    private void changed() {
        long soon = System.nanoTime() + REPORT_AFTER.toNanos();
        if (soon - reportAt < 0) {
            reportAt = soon;
        }
    }

    private void report() {
        reportAt = System.nanoTime() + REPORT_EVERY.toNanos();
        var states = new HashMap<String, WorkerState>();
        leaving.forEach(worker -> states.put(worker.spec().workerId(), worker.state()));
        workers.forEach((workerId, worker) -> states.put(workerId, worker.state()));
        var usage = new HashMap<String, WorkerUsage>();
        workers.forEach(
                (workerId, worker) -> worker.usage(System.nanoTime()).ifPresent(taken -> usage.put(workerId, taken)));
        HostCapacity capacity = config.capacity();
        publish(new HostReport(
                hostId,
                clock.instant(),
                capacity.maxWorkers(),
                capacity.cores(),
                capacity.memoryMb(),
                capacity.gpus(),
                states,
                usage));
    }

    /// @param report null says that the host is gone
    private void publish(@Nullable HostReport report) {
        try {
            var _ = reports.publish(hostId, report).whenComplete((_, failure) -> {
                if (failure != null) {
                    LOGGER.atDebug()
                            .addKeyValue("error", failure.getMessage())
                            .log("a report was not published; the next one says more");
                }
            });
        } catch (PlatformException e) {
            LOGGER.atDebug().addKeyValue("error", e.text()).log("a report was not published; the next one says more");
        }
    }

    private void stopAll() {
        var all = new ArrayList<>(workers.values());
        all.addAll(leaving);
        CompletableFuture<?>[] stops = all.stream()
                .map(worker -> CompletableFuture.runAsync(() -> worker.stop(STOP_GRACE), stopper()))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(stops).join();
    }

    private static java.util.concurrent.Executor stopper() {
        return work -> Threads.start("worker-stop", work);
    }
}

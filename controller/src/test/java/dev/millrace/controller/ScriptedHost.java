package dev.millrace.controller;

import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.RequestConsumer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Stands in for a remote worker host: follows the placements, reports what a script says of each
/// worker, and lets ready workers take from their lanes.
final class ScriptedHost implements AutoCloseable {
    /// What becomes of a worker.
    enum Script {
        READY,
        UNUSABLE,
        CRASHING,
        NEVER_READY
    }

    private final String hostId;
    private final int maxWorkers;
    private final TestPlatform platform;
    private final Function<WorkerSpec, Script> script;
    private final BiConsumer<WorkerSpec, AcquiredRequest> work;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Placement> placements = new HashMap<>();
    private final Map<String, Worker> workers = new ConcurrentHashMap<>();
    private final Feed.Subscription subscription;
    private volatile boolean isSilent;

    /// One worker that runs.
    private final class Worker {
        final WorkerSpec spec;
        final Script script;
        final Map<LaneId, RequestConsumer> consumers = new HashMap<>();
        final AtomicInteger held = new AtomicInteger();
        volatile Instant idleSince = Instant.now();
        int crashes;

        Worker(WorkerSpec spec) {
            this.spec = spec;
            this.script = ScriptedHost.this.script.apply(spec);
        }

        void take(List<LaneId> lanes) {
            if (script == Script.READY) {
                for (LaneId lane : lanes) {
                    consumers.computeIfAbsent(lane, _ -> platform.consumers().open(lane, 32, this::serve));
                }
            }
        }

        void serve(AcquiredRequest request) {
            held.incrementAndGet();
            Thread.ofVirtual().start(() -> {
                work.accept(spec, request);
                held.decrementAndGet();
                idleSince = Instant.now();
            });
        }

        WorkerState state() {
            return switch (script) {
                case READY -> new WorkerState.Ready(held.get(), idleSince, "CPUExecutionProvider");
                case UNUSABLE -> new WorkerState.Unusable("model.onnx: not a model");
                case CRASHING -> new WorkerState.Crashed(++crashes, "exit status 139");
                case NEVER_READY -> new WorkerState.Starting();
            };
        }

        void leave() {
            consumers.values().forEach(RequestConsumer::close);
        }
    }

    ScriptedHost(
            TestPlatform platform,
            String hostId,
            int maxWorkers,
            Function<WorkerSpec, Script> script,
            BiConsumer<WorkerSpec, AcquiredRequest> work) {
        this.platform = platform;
        this.hostId = hostId;
        this.maxWorkers = maxWorkers;
        this.script = script;
        this.work = work;
        this.subscription = platform.feeds()
                .placements()
                .follow(new Feed.Start.Beginning(), (key, placement) -> thread.execute(() -> apply(key, placement)));
        var _ = thread.scheduleWithFixedDelay(this::report, 0, 200, TimeUnit.MILLISECONDS);
    }

    /// A host whose workers all get ready and complete what they take.
    static ScriptedHost willing(TestPlatform platform, String hostId, int maxWorkers) {
        return new ScriptedHost(
                platform, hostId, maxWorkers, _ -> Script.READY, (_, request) -> platform.complete(request));
    }

    /// From now on nobody hears of it, as if its machine had lost power.
    void loseContact() {
        isSilent = true;
    }

    /// What runs, by worker id.
    List<WorkerSpec> running() {
        return workers.values().stream().map(worker -> worker.spec).toList();
    }

    @Override
    public void close() {
        subscription.close();
        thread.shutdown();
        try {
            var _ = thread.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        workers.values().forEach(Worker::leave);
        workers.clear();
        var _ = platform.feeds().hosts().publish(hostId, null);
    }

    private void apply(String key, @Nullable Placement placement) {
        if (placement == null) {
            placements.remove(key);
        } else {
            placements.put(key, placement);
        }
        var wanted = new HashMap<String, WorkerSpec>();
        placements.values().stream()
                .flatMap(each -> each.workers().stream())
                .filter(spec -> spec.hostId().equals(hostId))
                .forEach(spec -> wanted.put(spec.workerId(), spec));
        for (Worker worker : new ArrayList<>(workers.values())) {
            if (!wanted.containsKey(worker.spec.workerId())) {
                worker.leave();
                workers.remove(worker.spec.workerId());
            }
        }
        wanted.forEach(
                (id, spec) -> workers.computeIfAbsent(id, _ -> new Worker(spec)).take(spec.lanes()));
        report();
    }

    private void report() {
        if (isSilent) {
            return;
        }
        var states = new HashMap<String, WorkerState>();
        workers.forEach((id, worker) -> states.put(id, worker.state()));
        var _ = platform.feeds()
                .hosts()
                .publish(hostId, new HostReport(hostId, Instant.now(), maxWorkers, 2, 4096, 0, states, Map.of()));
    }
}

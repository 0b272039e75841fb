package dev.millrace.worker;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.RequestConsumers;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lanes that a worker takes from, each with as many consumers as the model's pace asks for.
///
/// One thread opens, resizes and closes; the other methods only tell it what to do.
final class WorkerLanes implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerLanes.class);
    private static final Duration UPKEEP = Duration.ofMillis(250);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /// From so many requests on the model's pace is known.
    private static final int KNOWN = 8;

    private final WorkerSpec spec;
    private final int crashes;
    private final RequestConsumers consumers;
    private final ServiceTime serviceTime;
    private final Consumer<Hold> handler;
    private final Map<LaneId, LaneIntake> intakes = new LinkedHashMap<>();
    private final Map<LaneId, LaneIntake> leaving = new LinkedHashMap<>();
    private final BlockingQueue<Runnable> orders = new LinkedBlockingQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private List<LaneId> wanted;
    private boolean isSlow;
    private volatile boolean isStopped;
    private boolean isClosed;

    /// @param crashes above zero: begin with one record at a time
    WorkerLanes(
            WorkerSpec spec, int crashes, RequestConsumers consumers, ServiceTime serviceTime, Consumer<Hold> handler) {
        this.spec = spec;
        this.crashes = crashes;
        this.consumers = consumers;
        this.serviceTime = serviceTime;
        this.handler = handler;
        this.wanted = realTimeFirst(spec.lanes());
    }

    void start() {
        Threads.start("lanes", this::loop);
    }

    void serve(List<LaneId> lanes) {
        orders.add(() -> wanted = realTimeFirst(lanes));
    }

    /// Stops acquiring at once; what is held stays held.
    void stopAcquiring() {
        isStopped = true;
        orders.add(() -> {
            intakes.values().forEach(LaneIntake::stopAcquiring);
            stopped.countDown();
        });
    }

    /// Waits until no consumer acquires any more: what is given back before would only come again.
    void awaitStopped() {
        try {
            var _ = stopped.await(CLOSING.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Releases what is still held and leaves all lanes; blocks for a few seconds at most.
    @Override
    public void close() {
        isStopped = true;
        orders.add(() -> isClosed = true);
        try {
            if (!ended.await(CLOSING.toNanos(), TimeUnit.NANOSECONDS)) {
                LOGGER.atWarn().log("the lanes were not left in time");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        try {
            if (crashes > 0) {
                new CautiousStart(consumers, handler, () -> isStopped).run(wanted);
            }
            while (!isClosed) {
                upkeep();
                @Nullable Runnable order = orders.poll(UPKEEP.toNanos(), TimeUnit.NANOSECONDS);
                if (order != null) {
                    order.run();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            intakes.values().forEach(LaneIntake::close);
            leaving.values().forEach(LaneIntake::close);
            stopped.countDown();
            ended.countDown();
        }
    }

    private void upkeep() {
        leaving.values().removeIf(intake -> {
            if (intake.held() > 0) {
                return false;
            }
            intake.close();
            return true;
        });
        if (isStopped) {
            return;
        }
        for (LaneId lane : new HashSet<>(intakes.keySet())) {
            if (!wanted.contains(lane)) {
                LaneIntake intake = intakes.remove(lane);
                if (intake != null) {
                    intake.stopAcquiring();
                    leaving.put(lane, intake);
                }
            }
        }
        Optional<Duration> pace = serviceTime.mean(KNOWN);
        isSlow = LaneSizing.isSlow(pace, isSlow);
        for (LaneId lane : wanted) {
            try {
                LaneSizing sizing = sizing(lane, pace);
                intakes.computeIfAbsent(lane, key -> new LaneIntake(consumers, key, sizing, handler))
                        .resize(sizing);
            } catch (PlatformException e) {
                LOGGER.atWarn()
                        .addKeyValue("topic", lane.topic())
                        .addKeyValue("error", e.text())
                        .log("the lane cannot be opened yet");
            }
        }
    }

    private LaneSizing sizing(LaneId lane, Optional<Duration> pace) {
        long alike =
                wanted.stream().filter(other -> other.kind() == lane.kind()).count();
        int bound = Math.max(1, spec.maxConcurrentInvocations() / (int) alike);
        return LaneSizing.of(lane.kind(), pace, isSlow, Math.max(1, spec.threads()), bound);
    }

    private static List<LaneId> realTimeFirst(List<LaneId> lanes) {
        return lanes.stream()
                .sorted(Comparator.comparing(LaneId::kind).thenComparingInt(LaneId::index))
                .toList();
    }
}

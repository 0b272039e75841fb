package dev.millrace.controller;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.LaneAdmin;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the broker where lanes stand, each lane in a call of its own since one for several groups
/// stalls, eight calls at a time. A lane whose last call has not ended is left out, so that a slow
/// answer holds up nobody else.
final class BacklogReader implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(BacklogReader.class);
    private static final int TOGETHER = 8;
    private static final Duration PATIENCE = Duration.ofMillis(800);

    private final LaneAdmin lanes;
    private final LaneBoard board;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("backlog"));
    private final Semaphore places = new Semaphore(TOGETHER);
    private final Set<LaneId> asking = ConcurrentHashMap.newKeySet();

    BacklogReader(LaneAdmin lanes, LaneBoard board, InstantSource clock) {
        this.lanes = lanes;
        this.board = board;
        this.clock = clock;
    }

    /// Reads the lanes and returns when all have answered, or after 0.8 s.
    void read(Set<LaneId> wanted) throws InterruptedException {
        board.retain(wanted);
        Set<LaneId> free = Set.copyOf(wanted.stream().filter(asking::add).toList());
        var answered = new CountDownLatch(free.size());
        for (LaneId lane : free) {
            var _ = threads.submit(() -> {
                try {
                    ask(lane);
                } finally {
                    asking.remove(lane);
                    answered.countDown();
                }
            });
        }
        var _ = answered.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void ask(LaneId lane) {
        try {
            places.acquire();
            try {
                var at = clock.instant();
                lanes.position(lane).ifPresent(position -> board.put(lane, position, at));
            } finally {
                places.release();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOGGER.atDebug()
                    .addKeyValue("topic", lane.topic())
                    .addKeyValue("error", e.getMessage())
                    .log("position unknown");
        }
    }
}

package dev.millrace.worker;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.invocation.port.RequestConsumers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The consumers of one lane: opened, resized, and replaced where one is kept busy by a record in trouble.
///
/// Driven by one thread; only the holds come in on the consumers' threads.
final class LaneIntake implements AutoCloseable {
    /// A consumer acquires nothing while one of its records is held for long, so after this time another
    /// one opens.
    static final Duration TROUBLE = Duration.ofSeconds(5);

    /// A consumer joins again by itself after a failure; one that has not for so long is given up.
    private static final Duration GIVEN_UP = Duration.ofSeconds(60);

    private static final int MAX_REPLACEMENTS = 2;
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneIntake.class);

    private final RequestConsumers consumers;
    private final LaneId lane;
    private final Consumer<Hold> handler;
    private final List<Seat> seats = new ArrayList<>();
    private LaneSizing sizing;
    private boolean isStopped;

    /// @param handler takes each acquired request to another thread without blocking
    LaneIntake(RequestConsumers consumers, LaneId lane, LaneSizing sizing, Consumer<Hold> handler) {
        this.consumers = consumers;
        this.lane = lane;
        this.sizing = sizing;
        this.handler = handler;
    }

    LaneId lane() {
        return lane;
    }

    /// Brings the consumers to the size, the new ones first so that the lane is never without one.
    void resize(LaneSizing wanted) {
        sizing = wanted;
        upkeep();
    }

    /// To be called again and again: closes consumers that have left, replaces those that died or are kept
    /// busy, and
    /// opens what is missing.
    void upkeep() {
        if (isStopped) {
            return;
        }
        seats.removeIf(Seat::closeIfDone);
        seats.stream().filter(seat -> !seat.isLeaving && seat.isDead()).forEach(Seat::leave);
        for (Seat seat : seats) {
            boolean mayReplace = seats.stream().filter(Seat::isInTrouble).count() <= MAX_REPLACEMENTS;
            if (!seat.isLeaving && mayReplace && seat.isInTrouble()) {
                seat.leave();
            }
        }
        long fitting = seats.stream().filter(this::fits).count();
        for (; fitting < sizing.consumers(); fitting++) {
            seats.add(new Seat(sizing.maxHeld()));
        }
        int spare = 0;
        for (Seat seat : seats) {
            if (!seat.isLeaving && (!fits(seat) || ++spare > sizing.consumers())) {
                seat.leave();
            }
        }
    }

    /// Stops acquiring; what is held stays held. Blocks until the consumers that hold nothing have left: what is
    /// given back afterwards would be handed to one that is about to go, and lose a delivery.
    void stopAcquiring() {
        isStopped = true;
        seats.forEach(Seat::leave);
        seats.removeIf(Seat::closeIfDone);
    }

    /// How many requests of the lane are held.
    int held() {
        return seats.stream().mapToInt(seat -> seat.holds.size()).sum();
    }

    /// Releases what is still held and leaves the lane.
    @Override
    public void close() {
        isStopped = true;
        seats.forEach(Seat::close);
        seats.clear();
    }

    private boolean fits(Seat seat) {
        return !seat.isLeaving && seat.maxHeld == sizing.maxHeld();
    }

    /// One consumer with what it holds.
    private final class Seat implements RequestConsumer.Listener {
        final int maxHeld;
        final Set<Hold> holds = ConcurrentHashMap.newKeySet();
        private final RequestConsumer consumer;
        private long failingSince;
        private boolean isFailing;
        boolean isLeaving;

        Seat(int maxHeld) {
            this.maxHeld = maxHeld;
            this.consumer = consumers.open(lane, maxHeld, this);
        }

        @Override
        public void onAcquired(AcquiredRequest request) {
            var hold = new Hold(request);
            holds.add(hold);
            var _ = hold.ended().thenRun(() -> holds.remove(hold));
            handler.accept(hold);
        }

        boolean isDead() {
            try {
                consumer.check();
                isFailing = false;
                return false;
            } catch (PlatformException e) {
                if (!isFailing) {
                    isFailing = true;
                    failingSince = System.nanoTime();
                }
                boolean isDead = System.nanoTime() - failingSince > GIVEN_UP.toNanos();
                if (isDead) {
                    LOGGER.atWarn()
                            .addKeyValue("topic", lane.topic())
                            .addKeyValue("error", e.text())
                            .log("a consumer of the lane does not come back, another one opens");
                }
                return isDead;
            }
        }

        boolean isInTrouble() {
            return holds.stream().anyMatch(hold -> hold.isRetryingFor(TROUBLE));
        }

        void leave() {
            if (!isLeaving) {
                isLeaving = true;
                consumer.stopAcquiring();
            }
        }

        boolean closeIfDone() {
            if (!isLeaving || !holds.isEmpty()) {
                return false;
            }
            close();
            return true;
        }

        void close() {
            consumer.close();
        }
    }
}

package dev.millrace.controller;

import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.LaneAdmin;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import dev.millrace.queue.LaneTrimmer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Deletes from the lanes what is done: reads the positions, then the dead letters to their end, then
/// trims all lanes in one call. Used by one thread.
final class LaneTrimming {
    /// Below this a busy lane's call is not worth its milliseconds; an idle lane is trimmed whole.
    private static final long WORTHWHILE = 1_000;

    /// Clocks of brokers may differ by this.
    private static final Duration OVERLAP = Duration.ofMinutes(2);

    private final LaneAdmin lanes;
    private final LaneBoard board;
    private final Feed<DeadLetter> deadLetters;
    private final DeadLetterHandler handler;
    private final InstantSource clock;
    private final Map<LaneId, Long> trimmed = new HashMap<>();
    private Instant readTo = Instant.EPOCH;
    private long readFor;

    /// @param board read before the dead letters, so that every dead letter below its positions is seen
    LaneTrimming(
            LaneAdmin lanes,
            LaneBoard board,
            Feed<DeadLetter> deadLetters,
            DeadLetterHandler handler,
            InstantSource clock) {
        this.lanes = lanes;
        this.board = board;
        this.deadLetters = deadLetters;
        this.handler = handler;
        this.clock = clock;
    }

    /// @param ownership since when the lanes are ours: after a change dead letters are read from the oldest on
    void trim(Set<LaneId> owned, long ownership) {
        if (ownership != readFor) {
            readFor = ownership;
            readTo = Instant.EPOCH;
        }
        trimmed.keySet().retainAll(owned);
        Map<LaneId, LanePosition> positions = positions(owned);
        if (LaneTrimmer.below(positions, Map.of(), trimmed, WORTHWHILE).isEmpty()) {
            return;
        }
        readDeadLetters();
        Map<LaneId, Long> below = LaneTrimmer.below(positions, handler.lowestUnhandled(), trimmed, WORTHWHILE);
        if (!below.isEmpty()) {
            lanes.trim(below);
            trimmed.putAll(below);
            handler.trimmed(below);
        }
    }

    private Map<LaneId, LanePosition> positions(Set<LaneId> owned) {
        var positions = new HashMap<LaneId, LanePosition>();
        for (LaneId lane : owned) {
            LaneBoard.Reading reading = board.reading(lane);
            if (reading != null) {
                positions.put(lane, reading.position());
            }
        }
        return positions;
    }

    /// The handler has every dead letter written before the call when this returns.
    private void readDeadLetters() {
        Instant begun = clock.instant();
        Feed.Start start =
                readTo.equals(Instant.EPOCH) ? new Feed.Start.Beginning() : new Feed.Start.Since(readTo.minus(OVERLAP));
        try (Feed.Subscription subscription = deadLetters.follow(start, handler)) {
            Stages.await(subscription.caughtUp());
        }
        readTo = begun;
    }
}

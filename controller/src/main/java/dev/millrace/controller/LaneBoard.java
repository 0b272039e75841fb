package dev.millrace.controller;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The last known position of every lane of the owned endpoints. Thread-safe.
final class LaneBoard {
    /// One look at a lane.
    ///
    /// @param stillSince since when the start offset has stood where it is
    record Reading(Instant at, LanePosition position, Instant stillSince) {}

    private final Map<LaneId, Reading> readings = new ConcurrentHashMap<>();

    void put(LaneId lane, LanePosition position, Instant at) {
        readings.merge(
                lane,
                new Reading(at, position, at),
                (before, now) -> before.position().start() == position.start()
                        ? new Reading(at, position, before.stillSince())
                        : now);
    }

    @Nullable
    Reading reading(LaneId lane) {
        return readings.get(lane);
    }

    /// The load of the lanes together, as old as the oldest reading; null unless every lane was read after
    /// `since`.
    @Nullable
    Load load(Collection<LaneId> lanes, Instant since) {
        Instant oldest = Instant.MAX;
        long backlog = 0;
        long arrived = 0;
        for (LaneId lane : lanes) {
            Reading reading = readings.get(lane);
            if (reading == null || reading.at().isBefore(since)) {
                return null;
            }
            oldest = reading.at().isBefore(oldest) ? reading.at() : oldest;
            backlog += reading.position().backlog();
            arrived += reading.position().end();
        }
        return lanes.isEmpty() ? null : new Load(oldest, backlog, arrived);
    }

    void retain(Set<LaneId> lanes) {
        readings.keySet().retainAll(lanes);
    }
}

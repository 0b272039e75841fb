package dev.millrace.controller;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// About how long the oldest unfinished request of each lane has waited, told from when the lane's end
/// went past it: as exact as lanes are looked at often. What waited before this process began counts
/// from then. Used by one thread.
final class OldestRequests {
    /// When a look found the lane's end there.
    private record Mark(long end, Instant at) {}

    /// With more than this, every second mark is dropped: ages become coarser, not wrong.
    private static final int MAX_MARKS = 1_000;

    private final Map<LaneId, Deque<Mark>> lanes = new HashMap<>();

    /// Notes a look at the lane.
    ///
    /// @return the age of its oldest request; zero where none waits
    Duration look(LaneId lane, LanePosition position, Instant now) {
        Deque<Mark> marks = lanes.computeIfAbsent(lane, _ -> new ArrayDeque<>());
        if (marks.isEmpty() || marks.getLast().end() < position.end()) {
            marks.addLast(new Mark(position.end(), now));
        }
        while (marks.size() > 1 && marks.getFirst().end() <= position.start()) {
            marks.removeFirst();
        }
        if (marks.size() > MAX_MARKS) {
            thin(marks);
        }
        return position.backlog() == 0
                ? Duration.ZERO
                : Duration.between(marks.getFirst().at(), now);
    }

    void retain(Set<LaneId> known) {
        lanes.keySet().retainAll(known);
    }

    private static void thin(Deque<Mark> marks) {
        var all = List.copyOf(marks);
        marks.clear();
        for (int i = 0; i < all.size(); i++) {
            if (i % 2 == 0 || i == all.size() - 1) {
                marks.addLast(all.get(i));
            }
        }
    }
}

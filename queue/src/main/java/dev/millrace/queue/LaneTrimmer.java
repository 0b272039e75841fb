package dev.millrace.queue;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import java.util.HashMap;
import java.util.Map;

/// Decides what a lane may forget. A wrong answer loses requests without a sound, so it is alone here.
///
/// A record may go when the share group has finished it and, where it was dead-lettered, its failure was
/// written: the dead letter names only where the original lies.
public final class LaneTrimmer {
    private LaneTrimmer() {}

    /// What to pass to [dev.millrace.invocation.port.LaneAdmin#trim].
    ///
    /// @param positions read first
    /// @param lowestUnhandled the lowest dead letter of each lane that has any which is not handled; known only
    ///     when the dead letters were read to their end after the positions were read
    /// @param trimmed below which offset each lane was trimmed before; lanes of which nothing is known may be
    ///     missing
    /// @param worthwhile how many records a busy lane gathers before it is trimmed, from 1; an idle lane is
    ///     trimmed whole
    public static Map<LaneId, Long> below(
            Map<LaneId, LanePosition> positions,
            Map<LaneId, Long> lowestUnhandled,
            Map<LaneId, Long> trimmed,
            long worthwhile) {
        var below = new HashMap<LaneId, Long>();
        positions.forEach((lane, position) -> {
            boolean isIdle = position.backlog() == 0;
            // The start trails by a state write; the end was read before the backlog.
            long finished = isIdle ? position.end() : position.start();
            long target = Math.min(finished, lowestUnhandled.getOrDefault(lane, Long.MAX_VALUE));
            long gain = target - trimmed.getOrDefault(lane, 0L);
            if (gain >= (isIdle ? 1 : worthwhile)) {
                below.put(lane, target);
            }
        });
        return Map.copyOf(below);
    }
}

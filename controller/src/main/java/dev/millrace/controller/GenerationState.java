package dev.millrace.controller;

import dev.millrace.invocation.LaneId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the controller remembers of one generation between two looks at it; lost when it stops, and rebuilt.
///
/// Used only by the reconciliation of its endpoint, which runs once at a time.
final class GenerationState {
    /// Whether this process has seen to it that the lanes are there.
    boolean areLanesReady;

    ScalingMemory memory;

    /// Since when no host has room for its first worker, or null.
    @Nullable
    Instant noRoomSince;

    /// Since when each unusable worker is known to be so.
    final Map<String, Instant> unusableSince = new HashMap<>();

    /// Since when nothing waits and nothing arrives, and how much had arrived then.
    @Nullable
    Instant quietSince;

    long quietArrived;

    /// When its numbers were last written to the document.
    Instant numbersWrittenAt = Instant.EPOCH;

    /// Ends what waits where no worker will, or null.
    @Nullable
    LaneDrainer drainer;

    /// When its lanes are looked through for overdue requests, or null while workers take them.
    @Nullable
    Instant lookForOverdueAt;

    /// Expires what is overdue while no worker can run, by lane.
    final Map<LaneId, LaneDrainer> expiring = new HashMap<>();

    GenerationState(Instant now) {
        memory = ScalingMemory.begin(now);
    }

    /// Whether the lanes have been empty with nothing arriving for the grace time; called at each look.
    boolean isQuietSince(Load load, Instant now, Duration grace) {
        if (load.backlog() > 0 || (quietSince != null && load.arrived() != quietArrived)) {
            quietSince = null;
            return false;
        }
        Instant since = quietSince == null ? now : quietSince;
        quietSince = since;
        quietArrived = load.arrived();
        return !since.plus(grace).isAfter(now);
    }

    /// Whether overdue requests are looked for now: not at the first call, and then as often as told.
    boolean isTimeToLookForOverdue(Instant now, Duration every) {
        Instant due = lookForOverdueAt;
        boolean isDue = due != null && !due.isAfter(now);
        if (due == null || isDue) {
            lookForOverdueAt = now.plus(every);
        }
        return isDue;
    }

    /// Workers take the requests again.
    void stopExpiring() {
        lookForOverdueAt = null;
        expiring.values().forEach(LaneDrainer::close);
        expiring.clear();
    }

    /// No longer this controller's business.
    void close() {
        stopExpiring();
        LaneDrainer open = drainer;
        drainer = null;
        if (open != null) {
            open.close();
        }
    }
}

package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InstanceCounts;
import dev.millrace.controlplane.ScalingBounds;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Ends changes of capacity that somebody asked for: the workers are there, or there is no room for them, or they
/// do not start in time. What is missing starts when it can; workers that are too many leave in their own time.
final class CapacitySettlement {
    /// AWS's words, which its users look for.
    static final String NO_ROOM_ON_INSTANCES = "There is not enough hardware resources on the instances for this"
            + " endpoint to create a copy of the inference component.";

    private static final Duration PATIENCE_FOR_ROOM = Duration.ofSeconds(3);

    private final Parts parts;

    CapacitySettlement(Parts parts) {
        this.parts = parts;
    }

    /// @param ready workers that take requests
    /// @param plan where they are, and how many have no place
    <D extends Deployed<D>> void look(
            Deployed<D> deployed,
            Generation serving,
            ScalingBounds bounds,
            int ready,
            WorkerPlacer.Plan plan,
            GenerationState state) {
        Instant now = parts.clock().instant();
        InstanceCounts counts = serving.instances();
        int wanted = counts.wanted() == null ? 0 : counts.wanted();
        boolean isWithoutRoom =
                isWithoutRoom(plan, state, now) && ready >= plan.workers().size();
        Instant askedAt = counts.wantedAt();
        boolean isLate = askedAt != null
                && !askedAt.plus(parts.config().startupTimeout()).isAfter(now);
        if (ready < Math.min(wanted, bounds.max()) && !isLate && !isWithoutRoom) {
            return;
        }
        state.noRoomSince = null;
        String reason = reason(wanted, ready, bounds, isWithoutRoom);
        parts.catalog().update(deployed.kind(), deployed.name(), document -> document.settled(reason, now));
    }

    private static @Nullable String reason(int wanted, int ready, ScalingBounds bounds, boolean isWithoutRoom) {
        if (wanted > bounds.max()) {
            return NO_ROOM_ON_INSTANCES;
        }
        if (ready >= wanted) {
            return null;
        }
        return ready + " of " + wanted + " workers are ready: "
                + (isWithoutRoom
                        ? "no worker host has room for the others, which start when one has"
                        : "the others could not be started in time");
    }

    /// Whether no host has had room for all of the workers for a while.
    private static boolean isWithoutRoom(WorkerPlacer.Plan plan, GenerationState state, Instant now) {
        if (plan.missing() == 0) {
            state.noRoomSince = null;
            return false;
        }
        Instant since = state.noRoomSince == null ? now : state.noRoomSince;
        state.noRoomSince = since;
        return !since.plus(PATIENCE_FOR_ROOM).isAfter(now);
    }
}

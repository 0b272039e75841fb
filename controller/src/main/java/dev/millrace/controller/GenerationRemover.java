package dev.millrace.controller;

import dev.millrace.controller.ScalingDecision.Reason;
import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.LaneId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes generations away: those that drain when they have finished their work, those of a deleted
/// endpoint after ending what waits. Workers leave before the placement goes, the placement before the
/// lanes, the lanes before the document, so that a controller that dies in between finds what is left to
/// do.
final class GenerationRemover {
    private static final Logger LOGGER = LoggerFactory.getLogger(GenerationRemover.class);
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration PATIENCE_FOR_ROOM = Duration.ofSeconds(5);

    private final Parts parts;

    GenerationRemover(Parts parts) {
        this.parts = parts;
    }

    /// Keeps the workers of a generation that takes no new calls until its queue is empty, then removes it.
    <D extends Deployed<D>> void drain(Deployed<D> deployed, Generation draining, GenerationState state) {
        var key = new GenerationKey(deployed.endpoint(), draining.id());
        Instant now = parts.clock().instant();
        Set<LaneId> lanes = existing(draining);
        Load load = parts.readings().load(lanes, now.minus(FRESH));
        Crew crew = Crew.of(parts.placements().workers(key), parts.placements().fleet());
        boolean isEmpty = lanes.isEmpty() || (load != null && load.backlog() == 0 && crew.isHopeless());
        if (isEmpty
                || (load != null && state.isQuietSince(load, now, parts.config().drainGrace()))) {
            parts.placements().dismissAll(key);
            if (removeQueue(key, lanes, state)) {
                parts.catalog().update(deployed.kind(), deployed.name(), document -> document.drained(draining.id()));
                LOGGER.atInfo()
                        .addKeyValue("endpoint", deployed.endpoint())
                        .addKeyValue("generation", draining.id())
                        .log("old generation removed");
            }
        } else if (state.drainer == null && load != null && load.backlog() > 0) {
            keepWorking(deployed, draining, key, crew, state, now);
        }
    }

    /// Ends what waits for the endpoint and removes the generation.
    ///
    /// @return whether nothing of it is left
    boolean remove(Deployed<?> deployed, Generation generation, GenerationState state) {
        var key = new GenerationKey(deployed.endpoint(), generation.id());
        parts.placements().dismissAll(key);
        Set<LaneId> lanes = existing(generation);
        if (lanes.isEmpty()) {
            return removeQueue(key, lanes, state);
        }
        endWaiting(lanes, state, ErrorCode.ENDPOINT_DELETED, deletedWhileWaiting(deployed));
        Instant now = parts.clock().instant();
        Load load = parts.readings().load(lanes, now.minus(FRESH));
        if (load == null || !state.isQuietSince(load, now, parts.config().drainGrace()) || hasWorkers(key)) {
            return false;
        }
        return removeQueue(key, lanes, state);
    }

    private static String deletedWhileWaiting(Deployed<?> deployed) {
        return switch (deployed) {
            case EndpointResource _ -> "the endpoint was deleted while the request waited";
            case InferenceComponentResource component ->
                "the inference component " + component.name() + " was deleted while the request waited";
        };
    }

    private void endWaiting(Set<LaneId> lanes, GenerationState state, ErrorCode code, String message) {
        if (state.drainer == null) {
            state.stopExpiring();
            state.drainer = LaneDrainer.start(parts, lanes, code, message);
        }
    }

    /// The old workers go on as they are; where there are none any more, one finishes what is left.
    /// Where the old model cannot be loaded any more, what waits for it fails.
    private void keepWorking(
            Deployed<?> deployed,
            Generation draining,
            GenerationKey key,
            Crew crew,
            GenerationState state,
            Instant now) {
        boolean isUnusable = crew.placed() > 0 && crew.unusable().size() == crew.placed();
        if (isUnusable) {
            String reason = crew.unusable().values().iterator().next();
            parts.placements().dismissAll(key);
            endWaiting(existing(draining), state, ErrorCode.MODEL_CRASHED, "the model cannot be served: " + reason);
            return;
        }
        int desired = Math.max(1, crew.placed());
        WorkerPlacer.Plan plan = parts.placements().place(key, parts.templates().template(deployed, draining), desired);
        parts.decisions()
                .record(
                        key,
                        new DecisionLog.Entry(
                                now,
                                new ScalingDecision(desired, Reason.REMOVED, "what waits is finished first"),
                                plan.workers().size(),
                                crew.ready().size(),
                                plan.missing()));
        Instant since = state.noRoomSince;
        if (plan.missing() < desired) {
            state.noRoomSince = null;
        } else if (since == null) {
            state.noRoomSince = now;
        } else if (!since.plus(PATIENCE_FOR_ROOM).isAfter(now)) {
            state.noRoomSince = now;
            Generation serving = deployed.serving();
            if (serving != null) {
                parts.placements().yieldOne(new GenerationKey(deployed.endpoint(), serving.id()));
            }
        }
    }

    /// @return whether placement and lanes are gone
    private boolean removeQueue(GenerationKey key, Set<LaneId> lanes, GenerationState state) {
        if (hasWorkers(key)) {
            return false;
        }
        state.close();
        parts.placements().remove(key);
        parts.lanes().delete(lanes);
        parts.decisions().forget(key);
        return true;
    }

    private boolean hasWorkers(GenerationKey key) {
        return !parts.placements().fleet().running(key).isEmpty();
    }

    private Set<LaneId> existing(Generation generation) {
        var lanes = new HashSet<>(generation.lanes());
        lanes.retainAll(parts.lanes().list());
        return lanes;
    }
}

package dev.millrace.controller;

import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.LaneId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Expires what waits for a generation that has no worker: a worker that takes a request too late expires it itself,
/// but
/// where none can run, nobody takes it.
///
/// The lanes are opened only once something in them is overdue, and left when a worker is ready: until then no request
/// loses one of its deliveries to the controller.
final class GenerationExpiry {
    private static final Logger LOGGER = LoggerFactory.getLogger(GenerationExpiry.class);
    private static final Duration FRESH = Duration.ofSeconds(5);
    /// The first look comes so long after the first sight of a backlog without workers: a cold start is not held up.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /// TTLs differ, so an overdue request may stand behind some that are not.
    private static final int DEPTH = 128;

    private final Parts parts;

    GenerationExpiry(Parts parts) {
        this.parts = parts;
    }

    void look(EndpointName endpoint, Generation generation, GenerationState state) {
        var key = new GenerationKey(endpoint, generation.id());
        Instant now = parts.clock().instant();
        Crew crew = Crew.of(parts.placements().workers(key), parts.placements().fleet());
        Load load = parts.readings().load(generation.lanes(), now.minus(FRESH));
        if (!crew.ready().isEmpty() || state.drainer != null || (load != null && load.backlog() == 0)) {
            state.stopExpiring();
        } else if (load != null && state.isTimeToLookForOverdue(now, LOOK_EVERY)) {
            Set<LaneId> overdue = new HashSet<>(generation.lanes());
            overdue.removeAll(state.expiring.keySet());
            overdue.removeIf(lane -> !isOverdue(lane, now));
            for (LaneId lane : overdue) {
                state.expiring.put(lane, LaneDrainer.startExpiring(parts, Set.of(lane)));
                LOGGER.atWarn()
                        .addKeyValue("endpoint", endpoint)
                        .addKeyValue("topic", lane.topic())
                        .log("no worker can run and requests are overdue, the controller expires them");
            }
        }
    }

    private boolean isOverdue(LaneId lane, Instant now) {
        LaneBoard.Reading reading = parts.readings().reading(lane);
        if (reading == null || reading.position().backlog() == 0) {
            return false;
        }
        long start = reading.position().start();
        long end = Math.min(start + DEPTH, reading.position().end());
        for (long offset = start; offset < end; offset++) {
            if (parts.lanes()
                    .read(lane, offset)
                    .filter(request -> !request.expiresAt().isAfter(now))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }
}

package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.LaneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens another lane where one is about to stop: a record that is not finished for long lets only so
/// many later ones be delivered, and when half of them are, new records go to a fresh lane of the same
/// queue.
final class LaneOpener {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneOpener.class);
    private static final Duration STILL = Duration.ofSeconds(5);
    private static final int MAX_PER_KIND = 16;

    private final Parts parts;

    LaneOpener(Parts parts) {
        this.parts = parts;
    }

    /// Whether the lane's oldest unfinished record holds up half of what the lane can deliver.
    boolean isFilling(LaneId lane) {
        LaneBoard.Reading reading = parts.readings().reading(lane);
        return reading != null
                && reading.position().backlog() > 0
                && Duration.between(reading.stillSince(), reading.at()).compareTo(STILL) >= 0
                && reading.position().end() - reading.position().start()
                        >= parts.config().windowRecords() / 2;
    }

    /// Opens a lane for each kind whose newest lane is filling.
    ///
    /// @return whether there is a new one
    boolean open(Deployed<?> deployed) {
        Generation serving = deployed.serving();
        boolean hasOpened = false;
        if (serving != null) {
            for (LaneId.Kind kind : LaneId.Kind.values()) {
                Optional<LaneId> newest = serving.lanes().stream()
                        .filter(lane -> lane.kind() == kind)
                        .max(Comparator.comparingInt(LaneId::index));
                if (newest.filter(this::isFilling)
                        .filter(lane -> lane.index() + 1 < MAX_PER_KIND)
                        .isPresent()) {
                    openAfter(deployed, newest.get());
                    hasOpened = true;
                }
            }
        }
        return hasOpened;
    }

    private <D extends Deployed<D>> void openAfter(Deployed<D> deployed, LaneId newest) {
        var next = new LaneId(newest.endpoint(), newest.generation(), newest.kind(), newest.index() + 1);
        parts.lanes().create(List.of(next));
        parts.catalog()
                .update(
                        deployed.kind(),
                        deployed.name(),
                        document -> document.withGeneration(next.generation(), each -> with(each, next)));
        LOGGER.atWarn()
                .addKeyValue("endpoint", deployed.endpoint())
                .addKeyValue("topic", newest.topic())
                .addKeyValue("next", next.topic())
                .log("a request that is not finished for long fills its lane's window, another lane is open");
    }

    private static Generation with(Generation generation, LaneId lane) {
        if (generation.lanes().contains(lane)) {
            return generation;
        }
        var lanes = new ArrayList<>(generation.lanes());
        lanes.add(lane);
        return generation.withLanes(lanes);
    }
}

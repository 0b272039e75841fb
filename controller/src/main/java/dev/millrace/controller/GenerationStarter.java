package dev.millrace.controller;

import dev.millrace.controller.ScalingDecision.Reason;
import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a pending generation up with one worker, and ends in traffic for it or in giving it up.
///
/// Every step may run twice: lanes that exist stay, a placed worker stays, and a document whose pending
/// generation is another one is left alone.
final class GenerationStarter {
    private static final Logger LOGGER = LoggerFactory.getLogger(GenerationStarter.class);

    /// What runs every model of this version.
    private static final String RUNTIME_IMAGE = "millrace/onnxruntime";

    /// After this wait for room, the generation that serves gives up a worker.
    private static final Duration PATIENCE_FOR_ROOM = Duration.ofSeconds(1);

    private final Parts parts;

    GenerationStarter(Parts parts) {
        this.parts = parts;
    }

    <D extends Deployed<D>> void bringUp(Deployed<D> deployed, Generation pending, GenerationState state) {
        if (pending.isHost()) {
            promoteWithout(deployed, pending);
            return;
        }
        if (!state.areLanesReady) {
            parts.lanes().create(pending.lanes());
            state.areLanesReady = true;
        }
        if (Objects.equals(pending.wantedInstances(), 0)) {
            promoteWithout(deployed, pending);
            return;
        }
        if (parts.bounds().most(deployed, pending) == 0) {
            abandon(deployed, pending, CapacitySettlement.NO_ROOM_ON_INSTANCES);
            return;
        }
        var key = new GenerationKey(deployed.endpoint(), pending.id());
        WorkerPlacer.Plan plan = parts.placements().place(key, parts.templates().template(deployed, pending), 1);
        Crew crew = Crew.of(plan.workers(), parts.placements().fleet());
        var decision = new ScalingDecision(1, Reason.FIRST_WORKER, "the status is " + deployed.statusName());
        parts.decisions()
                .record(
                        key,
                        new DecisionLog.Entry(
                                parts.clock().instant(),
                                decision,
                                plan.workers().size(),
                                crew.ready().size(),
                                plan.missing()));
        Instant startedAt = startedAt(deployed, pending);
        if (!crew.ready().isEmpty()) {
            promote(deployed, pending, crew.ready().getFirst());
            state.memory = ScalingMemory.begin(parts.clock().instant());
            return;
        }
        Optional<String> problem = problem(pending, startedAt, crew, plan.missing() > 0);
        if (problem.isPresent()) {
            abandon(deployed, pending, problem.get());
            return;
        }
        seeToRoom(deployed, plan.missing() > 0, state);
    }

    private <D extends Deployed<D>> Instant startedAt(Deployed<D> deployed, Generation pending) {
        Instant startedAt = pending.attemptStartedAt();
        if (startedAt != null) {
            return startedAt;
        }
        Instant now = parts.clock().instant();
        changePending(
                deployed,
                pending,
                document -> document.withGeneration(
                        pending.id(), each -> each.attemptStartedAt() == null ? each.withAttemptStartedAt(now) : each));
        return now;
    }

    /// From here on new calls go to the generation; its worker is its first capacity.
    private <D extends Deployed<D>> void promote(Deployed<D> deployed, Generation pending, WorkerState.Ready worker) {
        Instant now = parts.clock().instant();
        changePending(
                deployed,
                pending,
                document -> document.withGeneration(
                                pending.id(),
                                each -> each.withRuntime(RUNTIME_IMAGE, worker.executionProvider())
                                        .withInstances(1, 1))
                        .promoted(now));
        LOGGER.atInfo()
                .addKeyValue("endpoint", deployed.endpoint())
                .addKeyValue("generation", pending.id())
                .addKeyValue(
                        "durationMs", Duration.between(pending.createdAt(), now).toMillis())
                .log("generation serves");
    }

    /// Where no worker is to be tried: there is no model, or no copy of it is wanted yet.
    private <D extends Deployed<D>> void promoteWithout(Deployed<D> deployed, Generation pending) {
        Instant now = parts.clock().instant();
        changePending(deployed, pending, document -> document.promoted(now));
    }

    private <D extends Deployed<D>> void abandon(Deployed<D> deployed, Generation pending, String reason) {
        Instant now = parts.clock().instant();
        changePending(deployed, pending, document -> document.abandoned(reason, now));
        LOGGER.atWarn()
                .addKeyValue("endpoint", deployed.endpoint())
                .addKeyValue("generation", pending.id())
                .addKeyValue("error", reason)
                .log("generation given up");
    }

    /// Why the generation will not get healthy, if that is certain.
    private Optional<String> problem(Generation pending, Instant startedAt, Crew crew, boolean hasNoRoom) {
        Optional<String> unusable = crew.unusable().values().stream().findFirst();
        if (unusable.isPresent()) {
            return unusable;
        }
        Optional<WorkerState.Crashed> crash = crew.worstCrash();
        if (crash.isPresent() && crash.get().crashes() >= parts.config().maxStartCrashes()) {
            return Optional.of("the worker crashed " + crash.get().crashes() + " times in a row before the model was"
                    + " ready, last: " + crash.get().reason());
        }
        Duration allowed = timeout(pending);
        if (parts.clock().instant().isBefore(startedAt.plus(allowed))) {
            return Optional.empty();
        }
        String what = "the model was not ready within " + allowed.toSeconds() + " s";
        if (hasNoRoom) {
            return Optional.of(what + ": no worker host had room for a worker");
        }
        return Optional.of(crash.map(each -> what + ": the worker crashed, last: " + each.reason())
                .orElse(what + " (ContainerStartupHealthCheckTimeoutInSeconds or controller.startup-timeout)"));
    }

    private Duration timeout(Generation generation) {
        Integer startup = generation.startupTimeoutSeconds();
        Integer download = generation.modelDownloadTimeoutSeconds();
        return (startup == null ? parts.config().startupTimeout() : Duration.ofSeconds(startup))
                .plusSeconds(download == null ? 0 : download);
    }

    /// Without room the endpoint waits and says so; a serving generation makes room, since its calls can
    /// wait for a worker and a new generation cannot get healthy without one.
    private <D extends Deployed<D>> void seeToRoom(Deployed<D> deployed, boolean hasNoRoom, GenerationState state) {
        Instant now = parts.clock().instant();
        Instant since = state.noRoomSince;
        if (!hasNoRoom) {
            state.noRoomSince = null;
            say(deployed, null);
        } else if (since == null) {
            state.noRoomSince = now;
        } else if (!since.plus(PATIENCE_FOR_ROOM).isAfter(now)) {
            say(deployed, "waiting: no worker host has room for a worker");
            Generation serving = deployed.serving();
            if (serving != null) {
                parts.placements().yieldOne(new GenerationKey(deployed.endpoint(), serving.id()));
            }
            state.noRoomSince = now;
        }
    }

    private <D extends Deployed<D>> void say(Deployed<D> deployed, @Nullable String message) {
        if (!Objects.equals(deployed.failureReason(), message)) {
            parts.catalog()
                    .update(
                            deployed.kind(),
                            deployed.name(),
                            document ->
                                    document.statusName().equals(deployed.statusName()) && document.pending() != null
                                            ? document.withReason(message)
                                            : document);
        }
    }

    private <D extends Deployed<D>> void changePending(
            Deployed<D> deployed, Generation pending, UnaryOperator<D> change) {
        parts.catalog().update(deployed.kind(), deployed.name(), document -> {
            Generation now = document.pending();
            return now != null
                            && now.id().equals(pending.id())
                            && document.statusName().equals(deployed.statusName())
                    ? change.apply(document)
                    : document;
        });
    }
}

package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InstanceCounts;
import dev.millrace.controlplane.ScalingBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Gives the serving generation the workers that its load calls for.
final class GenerationScaler {
    /// Positions older than this say nothing about now.
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);

    private final Parts parts;
    private final ScalingPolicy policy;
    private final CapacitySettlement settlement;

    GenerationScaler(Parts parts) {
        this.parts = parts;
        this.policy = new ScalingPolicy(parts.config().scaling());
        this.settlement = new CapacitySettlement(parts);
    }

    /// @param isWoken whether a request was queued while no worker was placed
    <D extends Deployed<D>> void scale(
            Deployed<D> deployed, Generation serving, GenerationState state, boolean isWoken) {
        var key = new GenerationKey(deployed.endpoint(), serving.id());
        Instant now = parts.clock().instant();
        Crew crew = crew(key);
        if (dismissUnusable(key, crew, state, now)) {
            crew = crew(key);
        }
        ScalingBounds bounds = parts.bounds().of(deployed, serving);
        InstanceCounts counts = serving.instances();
        var metrics = new ScalingMetrics(
                bounds.min(),
                bounds.max(),
                parts.templates().concurrency(serving),
                parts.readings().load(serving.lanes(), now.minus(FRESH)),
                crew.placed(),
                crew.ready().size(),
                crew.busy(),
                isWoken,
                parts.placements().isContended(key),
                Objects.equals(counts.wanted(), 0) ? counts.wantedAt() : null);
        ScalingPolicy.Verdict verdict = policy.decide(metrics, state.memory, now);
        state.memory = verdict.memory();
        ScalingDecision decision = verdict.decision();
        WorkerPlacer.Plan plan =
                parts.placements().place(key, parts.templates().template(deployed, serving), decision.desired());
        parts.decisions()
                .record(
                        key,
                        new DecisionLog.Entry(
                                now,
                                decision,
                                plan.workers().size(),
                                crew.ready().size(),
                                plan.missing()));
        writeNumbers(deployed, serving, crew.ready().size(), decision.desired(), state, now);
        if (deployed.isSettling()) {
            settlement.look(deployed, serving, bounds, crew.ready().size(), plan, state);
        }
    }

    private Crew crew(GenerationKey key) {
        return Crew.of(parts.placements().workers(key), parts.placements().fleet());
    }

    /// A worker that cannot serve is tried again after a while, since its cause may be gone: an artifact
    /// put back, a store that answers again.
    private boolean dismissUnusable(GenerationKey key, Crew crew, GenerationState state, Instant now) {
        state.unusableSince.keySet().retainAll(crew.unusable().keySet());
        crew.unusable().keySet().forEach(worker -> state.unusableSince.putIfAbsent(worker, now));
        Set<String> due = state.unusableSince.entrySet().stream()
                .filter(entry -> !entry.getValue()
                        .plus(parts.config().replaceUnusableAfter())
                        .isAfter(now))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
        if (!due.isEmpty()) {
            parts.placements().dismiss(key, due);
        }
        return !due.isEmpty();
    }

    private <D extends Deployed<D>> void writeNumbers(
            Deployed<D> deployed, Generation serving, int current, int desired, GenerationState state, Instant now) {
        boolean isSame = serving.currentInstances() == current && serving.desiredInstances() == desired;
        if (isSame || state.numbersWrittenAt.plus(BETWEEN_WRITES).isAfter(now)) {
            return;
        }
        state.numbersWrittenAt = now;
        parts.catalog()
                .update(
                        deployed.kind(),
                        deployed.name(),
                        document ->
                                document.withGeneration(serving.id(), each -> each.withInstances(current, desired)));
    }
}

package dev.millrace.controlplane;

import dev.millrace.invocation.GenerationId;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The generations of an endpoint or of an inference component, by what each of them does.
///
/// @param serving takes new calls; null while the first is being made and after that failed
/// @param pending being brought up; null when nothing is changing
/// @param draining take no new calls and finish what they have
public record Rollout(
        @Nullable Generation serving, @Nullable Generation pending, List<Generation> draining) {
    public Rollout {
        draining = List.copyOf(draining);
    }

    /// With nothing but a first generation that is being brought up.
    public static Rollout of(Generation first) {
        return new Rollout(null, first, List.of());
    }

    /// Every generation that still has a queue.
    public List<Generation> generations() {
        return Stream.concat(Stream.of(serving, pending).flatMap(Stream::ofNullable), draining.stream())
                .toList();
    }

    public Optional<Generation> generation(GenerationId id) {
        return generations().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /// The serving generation, or the pending one while none serves; null when there is neither.
    public @Nullable Generation shown() {
        return serving == null ? pending : serving;
    }

    Rollout withPending(Generation next) {
        return new Rollout(serving, next, draining);
    }

    /// @throws IllegalStateException when nothing is pending
    Rollout promoted() {
        if (pending == null) {
            throw new IllegalStateException("no generation is pending");
        }
        return new Rollout(pending, null, drainingWith(serving));
    }

    Rollout abandoned() {
        return new Rollout(serving, null, drainingWith(pending));
    }

    Rollout with(GenerationId id, UnaryOperator<Generation> change) {
        return new Rollout(
                serving != null && serving.id().equals(id) ? change.apply(serving) : serving,
                pending != null && pending.id().equals(id) ? change.apply(pending) : pending,
                draining.stream()
                        .map(each -> each.id().equals(id) ? change.apply(each) : each)
                        .toList());
    }

    Rollout drained(GenerationId id) {
        return new Rollout(
                serving,
                pending,
                draining.stream().filter(each -> !each.id().equals(id)).toList());
    }

    private List<Generation> drainingWith(@Nullable Generation leaving) {
        return Stream.concat(draining.stream(), Stream.ofNullable(leaving)).toList();
    }
}

package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;
import static dev.millrace.controlplane.ResourceKind.SCHEDULED_ACTION;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScheduledActionResource;
import dev.millrace.controlplane.scaling.ScalableTargets;
import dev.millrace.controlplane.scaling.Schedule;
import java.time.Instant;
import java.util.Optional;

/// Carries scheduled actions out: each of their times once, the last one only where several were missed.
///
/// Every step may run twice: bounds are set to the same, the activity has the same id, and the time is
/// noted last.
final class ScheduledActions {
    private final ResourceCatalog catalog;
    private final ScalableTargets targets;

    ScheduledActions(ResourceCatalog catalog, ScalableTargets targets) {
        this.catalog = catalog;
        this.targets = targets;
    }

    /// @return the target as it is after the action
    ScalableTargetResource run(ScalableTargetResource target, ScheduledActionResource action, Instant now) {
        Optional<Instant> due = due(action, now);
        if (due.isEmpty()) {
            return target;
        }
        ScalableTargetResource after = target.suspended().scheduled() ? target : apply(target, action, due.get(), now);
        catalog.update(SCHEDULED_ACTION, action.name(), each -> each.due(due.get()));
        return after;
    }

    private static Optional<Instant> due(ScheduledActionResource action, Instant now) {
        Instant start = action.startTime();
        Instant end = action.endTime();
        Instant seen = action.lastDueAt();
        Instant after = seen == null || seen.isBefore(action.changedAt()) ? action.changedAt() : seen;
        Instant origin = start == null ? action.changedAt() : start;
        if (start != null && !start.isBefore(after)) {
            // A schedule may be due at its start itself.
            after = start.minusMillis(1);
        }
        Instant until = end != null && end.isBefore(now) ? end : now;
        return Schedule.parse(action.schedule()).lastBetween(after, until, origin, Schedule.zone(action.timezone()));
    }

    private ScalableTargetResource apply(
            ScalableTargetResource target, ScheduledActionResource action, Instant due, Instant now) {
        Integer newMin = action.minCapacity();
        Integer newMax = action.maxCapacity();
        int min = newMin == null ? target.minCapacity() : newMin;
        int max = newMax == null ? target.maxCapacity() : newMax;
        String problem = min > max ? "Maximum capacity cannot be less than minimum capacity" : null;
        ScalableTargetResource after = problem != null
                ? target
                : catalog.update(SCALABLE_TARGET, target.name(), each -> each.withBounds(min, max, now))
                        .orElse(target);
        targets.record(target, Activities.scheduled(action.arn(), action.actionName(), due, min, max, problem, now));
        return after;
    }
}

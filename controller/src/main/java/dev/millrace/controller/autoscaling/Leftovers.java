package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.INFERENCE_COMPONENT;
import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;
import static dev.millrace.controlplane.ResourceKind.SCALING_ACTIVITIES;
import static dev.millrace.controlplane.ResourceKind.SCALING_POLICY;
import static dev.millrace.controlplane.ResourceKind.SCHEDULED_ACTION;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetId.Scaled;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingActivitiesResource;
import dev.millrace.controlplane.scaling.ScalableTargets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Removes what belongs to nothing any more: targets of what was deleted, what a removal that was cut
/// short left, and activities that are too old to be told.
final class Leftovers {
    /// Documents that are made together become known within this time.
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private final ResourceCatalog catalog;
    private final ScalableTargets targets;

    Leftovers(ResourceCatalog catalog, ScalableTargets targets) {
        this.catalog = catalog;
        this.targets = targets;
    }

    /// Asks the store itself: this process may not have heard of what was made a moment ago.
    void deregisterIfGone(ScalableTargetResource target, Instant now) {
        Optional<? extends Deployed<?>> stored = switch (target.id().scaled()) {
            case Scaled.Variant(var endpoint, var _) -> catalog.load(ENDPOINT, endpoint.value());
            case Scaled.Component(String name) -> catalog.load(INFERENCE_COMPONENT, name);
        };
        if (stored.isEmpty() || stored.get().isDeleting()) {
            targets.deregister(target, now);
        }
    }

    void sweep(Instant now) {
        Instant settled = now.minus(SETTLED);
        catalog.all(SCALING_POLICY).stream()
                .filter(policy -> policy.createdAt().isBefore(settled))
                .filter(policy -> isOrphan(policy.target(), policy.targetArn()))
                .forEach(targets::delete);
        catalog.all(SCHEDULED_ACTION).stream()
                .filter(action -> action.createdAt().isBefore(settled))
                .filter(action -> isOrphan(action.target(), action.targetArn()))
                .forEach(action -> catalog.delete(SCHEDULED_ACTION, action.name()));
        catalog.all(SCALING_ACTIVITIES).stream()
                .filter(log -> isOld(log, now))
                .forEach(log -> catalog.delete(SCALING_ACTIVITIES, log.name()));
    }

    private boolean isOrphan(ScalableTargetId target, String targetArn) {
        return !isTarget(catalog.find(SCALABLE_TARGET, target.name()), targetArn)
                && !isTarget(catalog.load(SCALABLE_TARGET, target.name()), targetArn);
    }

    private static boolean isTarget(Optional<ScalableTargetResource> found, String arn) {
        return found.filter(target -> target.arn().equals(arn)).isPresent();
    }

    private static boolean isOld(ScalingActivitiesResource log, Instant now) {
        Instant oldest = now.minus(ScalingActivitiesResource.KEEP);
        return log.activities().stream()
                .allMatch(activity -> activity.startTime().isBefore(oldest));
    }
}

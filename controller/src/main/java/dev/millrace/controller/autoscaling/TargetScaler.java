package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.SCALING_ACTIVITIES;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.ScalingActivity.PolicyChange;
import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.scaling.ScalableTargets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does for one target what its bounds and its policies ask for now.
///
/// A change is written down as an activity first and carried out then; who finds an activity without
/// its change, after a crash in between, carries it out. Used by one thread.
final class TargetScaler {
    private static final Logger LOGGER = LoggerFactory.getLogger(TargetScaler.class);
    /// An activity older than this was carried out, or undone by somebody since.
    private static final Duration UNFINISHED = Duration.ofMinutes(5);

    private final ResourceCatalog catalog;
    private final ScalableTargets targets;
    private final PolicyCalls calls;
    private final Set<String> seen = new HashSet<>();

    TargetScaler(ResourceCatalog catalog, ScalableTargets targets, PolicyCalls calls) {
        this.catalog = catalog;
        this.targets = targets;
        this.calls = calls;
    }

    void scale(
            ScalableTargetResource target, List<ScalingPolicyResource> policies, ScaledDeployment scaled, Instant now) {
        List<ScalingActivity> activities = activities(target);
        if (seen.add(target.arn()) && finish(activities, scaled, now)) {
            return;
        }
        try {
            if (!moveIntoBounds(target, scaled, now) && !policies.isEmpty()) {
                follow(target, policies, new Cooldowns(activities), scaled, now);
            }
        } catch (RuntimeException e) {
            seen.remove(target.arn());
            throw e;
        }
    }

    void retain(Set<String> targetArns) {
        seen.retainAll(targetArns);
    }

    private List<ScalingActivity> activities(ScalableTargetResource target) {
        return catalog.find(SCALING_ACTIVITIES, target.name()).stream()
                .flatMap(log -> log.activities().stream())
                .filter(activity -> !activity.startTime().isBefore(target.createdAt()))
                .toList();
    }

    /// @return whether there was something to finish
    private static boolean finish(List<ScalingActivity> activities, ScaledDeployment scaled, Instant now) {
        for (ScalingActivity activity : activities) {
            PolicyChange change = activity.change();
            if (change != null) {
                boolean isUnfinished =
                        activity.startTime().plus(UNFINISHED).isAfter(now) && scaled.capacity() == change.from();
                if (isUnfinished) {
                    scaled.ask(change.to(), now);
                }
                return isUnfinished;
            }
        }
        return false;
    }

    /// Where no count was asked for, Millrace's own scaler keeps the bounds, and this only says so.
    private boolean moveIntoBounds(ScalableTargetResource target, ScaledDeployment scaled, Instant now) {
        int capacity = scaled.capacity();
        int bounded = target.clamp(capacity);
        if (bounded == capacity) {
            return false;
        }
        targets.record(target, Activities.intoBounds(target, scaled, bounded, now));
        if (scaled.isCounted()) {
            scaled.ask(bounded, now);
        }
        return true;
    }

    private void follow(
            ScalableTargetResource target,
            List<ScalingPolicyResource> policies,
            Cooldowns cooldowns,
            ScaledDeployment scaled,
            Instant now) {
        int capacity = scaled.capacity();
        if (!scaled.isCounted()) {
            // From here on the policies decide, beginning with what there is.
            scaled.ask(capacity, now);
            return;
        }
        List<Call> heard = calls.listen(policies, cooldowns, now);
        switch (new PolicyDecision(target, policies, cooldowns, capacity).decide(heard, now)) {
            case Decision.Stay _ -> {}
            case Decision.NotScaled vain -> targets.record(target, Activities.notScaled(target, vain, capacity, now));
            case Decision.Scale scale -> {
                targets.record(target, Activities.byPolicy(target, scale, capacity, now));
                scaled.ask(scale.capacity(), now);
                LOGGER.atInfo()
                        .addKeyValue("target", target.id().resourceId())
                        .addKeyValue("policy", scale.call().policy().policyName())
                        .addKeyValue("from", capacity)
                        .addKeyValue("to", scale.capacity())
                        .log("capacity scaled by a policy");
            }
        }
        calls.answered(heard, now);
    }
}

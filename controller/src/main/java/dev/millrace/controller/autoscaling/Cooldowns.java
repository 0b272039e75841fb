package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.ScalingActivity.PolicyChange;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What earlier changes by policies hold back, read from the activities, so that it survives every
/// restart.
///
/// @param activities of the target, newest first
record Cooldowns(List<ScalingActivity> activities) {
    Cooldowns {
        activities = List.copyOf(activities);
    }

    /// The capacity that a scale-out of the policy counts from: while its last one cools down, what
    /// there was before it, so that what was added counts as present.
    int base(String policyArn, int capacity, Instant now) {
        for (ScalingActivity activity : changes()) {
            PolicyChange change = change(activity);
            if (!change.isScaleOut()) {
                return capacity;
            }
            if (change.policyArn().equals(policyArn)) {
                return isCooling(activity, now) ? Math.min(change.base(), capacity) : capacity;
            }
        }
        return capacity;
    }

    /// Whether something still forbids to take capacity away: a scale-out, or a scale-in that no
    /// scale-out followed.
    boolean holdScaleIn(Instant now) {
        boolean isNewest = true;
        for (ScalingActivity activity : changes()) {
            if (isCooling(activity, now) && (isNewest || change(activity).isScaleOut())) {
                return true;
            }
            isNewest &= !change(activity).isScaleOut();
        }
        return false;
    }

    /// When the policy last changed the capacity.
    Optional<Instant> lastChange(String policyArn) {
        return changes().stream()
                .filter(each -> change(each).policyArn().equals(policyArn))
                .map(ScalingActivity::startTime)
                .findFirst();
    }

    private List<ScalingActivity> changes() {
        return activities.stream().filter(each -> each.change() != null).toList();
    }

    private static boolean isCooling(ScalingActivity activity, Instant now) {
        return activity.startTime()
                .plusSeconds(change(activity).cooldownSeconds())
                .isAfter(now);
    }

    private static PolicyChange change(ScalingActivity activity) {
        return Objects.requireNonNull(activity.change());
    }
}

package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.ScalingActivity.NotScaled;
import dev.millrace.controlplane.ScalingActivity.PolicyChange;
import dev.millrace.controlplane.ScalingActivity.StatusCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Activities in AWS's own words.
final class Activities {
    private Activities() {}

    /// A policy changed the capacity.
    static ScalingActivity byPolicy(ScalableTargetResource target, Decision.Scale scale, int from, Instant now) {
        Call call = scale.call();
        int to = scale.capacity();
        var change = new PolicyChange(call.policy().arn(), scale.base(), from, to, call.cooldownSeconds(to > from));
        return capacity(id(call.policy().arn(), now.toString()), target, to, cause(call), change, now);
    }

    /// A policy called in vain.
    static ScalingActivity notScaled(
            ScalableTargetResource target, Decision.NotScaled decision, int capacity, Instant now) {
        Call call = decision.call();
        return new ScalingActivity(
                id(call.policy().arn(), now.toString()),
                now,
                now,
                "Attempting to scale due to alarm triggered",
                cause(call),
                StatusCode.SUCCESSFUL,
                null,
                null,
                null,
                new NotScaled(decision.reason(), target.minCapacity(), target.maxCapacity(), capacity));
    }

    /// The capacity was outside the bounds.
    static ScalingActivity intoBounds(ScalableTargetResource target, ScaledDeployment scaled, int to, Instant now) {
        String cause = to > scaled.capacity()
                ? "minimum capacity was set to " + target.minCapacity()
                : "maximum capacity was set to " + target.maxCapacity();
        String occasion =
                target.boundsSetAt() + cause + scaled.serving().instances().wantedAt();
        return capacity(id(target.arn(), occasion), target, to, cause, null, now);
    }

    /// A scheduled action set the bounds, or could not.
    ///
    /// @param problem null when it did
    static ScalingActivity scheduled(
            String actionArn, String actionName, Instant due, int min, int max, @Nullable String problem, Instant now) {
        String bounds = "min capacity to " + min + " and max capacity to " + max;
        return new ScalingActivity(
                id(actionArn, due.toString()),
                now,
                now,
                "Setting " + bounds,
                "scheduled action name " + actionName + " was triggered",
                problem == null ? StatusCode.SUCCESSFUL : StatusCode.FAILED,
                problem == null ? "Successfully set " + bounds : problem,
                null,
                null,
                null);
    }

    private static ScalingActivity capacity(
            String id,
            ScalableTargetResource target,
            int to,
            String cause,
            @Nullable PolicyChange change,
            Instant now) {
        String count = "desired " + target.id().dimension().noun() + " to " + to;
        return new ScalingActivity(
                id,
                now,
                now,
                "Setting " + count + ".",
                cause,
                StatusCode.SUCCESSFUL,
                "Successfully set " + count + ". Change successfully fulfilled by sagemaker.",
                null,
                change,
                null);
    }

    private static String cause(Call call) {
        return "monitor alarm " + call.alarmName() + " in state ALARM triggered policy "
                + call.policy().policyName();
    }

    /// The same for the same thing, so that writing it twice leaves it there once.
    private static String id(String what, String when) {
        return UUID.nameUUIDFromBytes((what + "\n" + when).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}

package dev.millrace.controller.autoscaling;

import dev.millrace.controller.autoscaling.Decision.NotScaled;
import dev.millrace.controller.autoscaling.Decision.Scale;
import dev.millrace.controller.autoscaling.Decision.Stay;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.ScalingPolicyResource.PolicyType;
import dev.millrace.controlplane.scaling.TargetTrackingConfig;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// Decides what the policies of one target make of its capacity. Pure: the same arguments give the
/// same answer.
///
/// Out when any policy calls for it, as far as the largest call. In only when nothing calls for more
/// and every target-tracking policy that may take capacity away calls for less, as far as the call
/// that leaves most.
///
/// @param policies of the target
/// @param capacity that there is
record PolicyDecision(
        ScalableTargetResource target, List<ScalingPolicyResource> policies, Cooldowns cooldowns, int capacity) {
    PolicyDecision {
        policies = List.copyOf(policies);
    }

    /// @param calls of all alarms that are in ALARM, due or not
    Decision decide(List<Call> calls, Instant now) {
        List<Call> due = calls.stream().filter(Call::isDue).toList();
        if (due.isEmpty()) {
            return new Stay();
        }
        Optional<Call> most = largest(due, call -> call.wanted(base(call, now)));
        if (most.isPresent() && bounded(most.get(), base(most.get(), now)) > capacity) {
            return target.suspended().out() ? new Stay() : scale(most.get(), base(most.get(), now));
        }
        if (calls.stream().anyMatch(call -> call.wanted(capacity) > capacity)) {
            return due.stream()
                    .filter(call -> call.wanted(capacity) > capacity)
                    .findFirst()
                    .<Decision>map(call -> stuck(call, capacity >= target.maxCapacity()))
                    .orElseGet(Stay::new);
        }
        return scaleIn(calls, due, now);
    }

    private Decision scaleIn(List<Call> calls, List<Call> due, Instant now) {
        List<Call> fewer =
                calls.stream().filter(call -> call.wanted(capacity) < capacity).toList();
        List<Call> heard = fewer.stream()
                .filter(call -> call.isDue() || call instanceof Call.Tracking)
                .toList();
        boolean isCalledFor = heard.stream().anyMatch(Call::isDue);
        if (!isCalledFor) {
            return new NotScaled(
                    due.getFirst(),
                    capacity <= target.minCapacity() ? "AlreadyAtMinCapacity" : "AlreadyAtDesiredCapacity");
        }
        if (target.suspended().in() || cooldowns.holdScaleIn(now)) {
            return new Stay();
        }
        List<Call> agreed = isTrackingAgreed(fewer)
                ? heard
                : heard.stream().filter(call -> call instanceof Call.Stepping).toList();
        Optional<Call> least = largest(agreed, call -> call.wanted(capacity));
        if (least.isEmpty()) {
            return new Stay();
        }
        return bounded(least.get(), capacity) < capacity
                ? scale(least.get(), capacity)
                : new NotScaled(least.get(), "AlreadyAtMinCapacity");
    }

    /// Whether every target-tracking policy that may take capacity away wants to.
    private boolean isTrackingAgreed(List<Call> fewer) {
        return policies.stream()
                .filter(policy -> policy.policyType() == PolicyType.TARGET_TRACKING)
                .filter(policy ->
                        !TargetTrackingConfig.of(policy.configuration()).isScaleInDisabled())
                .allMatch(policy ->
                        fewer.stream().anyMatch(call -> call.policy().arn().equals(policy.arn())));
    }

    private Decision stuck(Call call, boolean isAtMaximum) {
        // Below the maximum it is the cooldown that holds it: what was added counts as present.
        return isAtMaximum && !target.suspended().out() ? new NotScaled(call, "AlreadyAtMaxCapacity") : new Stay();
    }

    private int base(Call call, Instant now) {
        return cooldowns.base(call.policy().arn(), capacity, now);
    }

    private int bounded(Call call, int from) {
        return target.clamp(call.wanted(from));
    }

    private Scale scale(Call call, int from) {
        return new Scale(call, from, bounded(call, from));
    }

    private static Optional<Call> largest(List<Call> calls, ToIntFunction<Call> wanted) {
        return calls.stream()
                .max(Comparator.comparingInt(wanted)
                        .thenComparing(call -> call.policy().policyName()));
    }
}

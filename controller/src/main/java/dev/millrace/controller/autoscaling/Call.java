package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.scaling.StepScalingConfig;
import dev.millrace.controlplane.scaling.TargetTrackingConfig;

/// An alarm that is in ALARM and calls a policy.
sealed interface Call {
    ScalingPolicyResource policy();

    String alarmName();

    /// Whether it calls now: alarms call when they go off and every minute from then on.
    boolean isDue();

    /// @param isHigh which of the policy's two alarms it is
    /// @param metric the last value for the high alarm, the largest of the window for the low one
    record Tracking(
            ScalingPolicyResource policy,
            String alarmName,
            boolean isDue,
            TargetTrackingConfig config,
            boolean isHigh,
            double metric)
            implements Call {}

    /// @param difference of the metric from the alarm's threshold
    /// @param isBelow whether the alarm goes off below its threshold
    record Stepping(
            ScalingPolicyResource policy,
            String alarmName,
            boolean isDue,
            StepScalingConfig config,
            double difference,
            boolean isBelow)
            implements Call {}

    /// What the policy makes of a capacity; no bounds applied.
    default int wanted(int capacity) {
        return switch (this) {
            case Tracking call ->
                call.isHigh()
                        ? TargetTracking.scaleOut(call.config(), capacity, call.metric())
                        : TargetTracking.scaleIn(call.config(), capacity, call.metric());
            case Stepping call ->
                StepScaling.step(call.config(), call.difference(), call.isBelow())
                        .map(step -> StepScaling.adjusted(call.config(), step, capacity))
                        .orElse(capacity);
        };
    }

    /// Of the policy, in the direction that the change has.
    default int cooldownSeconds(boolean isScaleOut) {
        return switch (this) {
            case Tracking call ->
                isScaleOut
                        ? call.config().scaleOutCooldownSeconds()
                        : call.config().scaleInCooldownSeconds();
            case Stepping call -> call.config().cooldownSeconds();
        };
    }
}

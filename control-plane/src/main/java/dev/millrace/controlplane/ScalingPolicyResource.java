package dev.millrace.controlplane;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A rule by which Application Auto Scaling changes the capacity of a target when an alarm says so.
///
/// @param policyName unique within its target
/// @param targetArn of the registration that it belongs to; with another registration it is void
/// @param configuration as given, with every default filled in; read it, never change it
/// @param alarmNames of the alarms that the platform keeps for a target-tracking policy; empty for
///     others
public record ScalingPolicyResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        String policyName,
        ScalableTargetId target,
        String targetArn,
        PolicyType policyType,
        ObjectNode configuration,
        List<String> alarmNames)
        implements Resource {
    public enum PolicyType {
        STEP_SCALING("StepScaling"),
        TARGET_TRACKING("TargetTrackingScaling");

        private final String wireName;

        PolicyType(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }

        /// The member of requests and answers that holds its configuration.
        public String member() {
            return switch (this) {
                case STEP_SCALING -> "StepScalingPolicyConfiguration";
                case TARGET_TRACKING -> "TargetTrackingScalingPolicyConfiguration";
            };
        }
    }

    public ScalingPolicyResource {
        alarmNames = List.copyOf(alarmNames);
    }

    public ScalingPolicyResource with(ObjectNode newConfiguration, List<String> newAlarmNames) {
        return new ScalingPolicyResource(
                name,
                arn,
                revision,
                createdAt,
                policyName,
                target,
                targetArn,
                policyType,
                newConfiguration,
                newAlarmNames);
    }

    @Override
    public ScalingPolicyResource withRevision(long newRevision) {
        return new ScalingPolicyResource(
                name,
                arn,
                newRevision,
                createdAt,
                policyName,
                target,
                targetArn,
                policyType,
                configuration,
                alarmNames);
    }
}

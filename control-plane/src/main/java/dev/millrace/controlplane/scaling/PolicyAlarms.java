package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.ALARM;

import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalingPolicyResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The alarms of scaling policies: the two that the platform keeps for a target-tracking policy, and
/// the users' own that name a step policy. Thread-safe; changes block.
public final class PolicyAlarms {
    private static final double LOW = 0.9;
    private static final int HIGH_PERIODS = 3;
    /// As long as AWS waits before it scales in.
    private static final int LOW_SECONDS = 900;

    private final ResourceCatalog catalog;
    private final Arns arns;

    public PolicyAlarms(ResourceCatalog catalog, Arns arns) {
        this.catalog = catalog;
        this.arns = arns;
    }

    /// Makes the alarms of a target-tracking policy.
    ///
    /// @param metric the members of an alarm that name it
    /// @param id part of their names
    /// @return their names, the high one first; the low one only where the policy scales in
    List<String> create(
            ScalableTargetId target,
            ObjectNode metric,
            TargetTrackingConfig config,
            String policyArn,
            UUID id,
            Instant now) {
        ObjectNode alarm = JsonNodeFactory.instance
                .objectNode()
                .put("AlarmDescription", "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + policyArn + ".")
                .put("ActionsEnabled", true)
                .put("Period", config.periodSeconds());
        alarm.putArray("AlarmActions").add(policyArn);
        alarm.setAll(metric);
        if (metric.has("Metrics")) {
            alarm.remove("Period"); // each query has its own
        }
        String prefix = "TargetTracking-" + target.resourceId() + "-Alarm";
        var names = new ArrayList<String>();
        ObjectNode high = alarm.deepCopy()
                .put("ComparisonOperator", "GreaterThanThreshold")
                .put("Threshold", config.targetValue())
                .put("EvaluationPeriods", HIGH_PERIODS);
        names.add(create(prefix + "High-" + id, high, now));
        if (!config.isScaleInDisabled()) {
            ObjectNode low = alarm.deepCopy()
                    .put("ComparisonOperator", "LessThanThreshold")
                    .put("Threshold", config.targetValue() * LOW)
                    .put("EvaluationPeriods", LOW_SECONDS / config.periodSeconds());
            names.add(create(prefix + "Low-" + id, low, now));
        }
        return names;
    }

    void delete(List<String> names) {
        names.forEach(name -> catalog.delete(ALARM, name));
    }

    /// The alarms that call the policy when they go off.
    public List<AlarmResource> of(ScalingPolicyResource policy) {
        return switch (policy.policyType()) {
            case TARGET_TRACKING ->
                policy.alarmNames().stream()
                        .flatMap(name -> catalog.find(ALARM, name).stream())
                        .toList();
            case STEP_SCALING ->
                catalog.all(ALARM).stream()
                        .filter(alarm -> alarm.definition().alarmActions().contains(policy.arn()))
                        .toList();
        };
    }

    String arn(String alarmName) {
        return arns.alarm(alarmName);
    }

    private String create(String name, ObjectNode request, Instant now) {
        catalog.create(ALARM, AlarmResource.of(name, arns.alarm(name), request.put("AlarmName", name), now));
        return name;
    }
}

package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.SCALING_POLICY;

import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.ScalingPolicyResource.PolicyType;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `PutScalingPolicy`, `DescribeScalingPolicies`, `DeleteScalingPolicy`.
final class PolicyOperations {
    private static final String NAME = "PolicyName";
    /// AWS's quota for a target.
    private static final int MAX_POLICIES = 50;

    private final ScalingParts parts;

    PolicyOperations(ScalingParts parts) {
        this.parts = parts;
    }

    List<Operation> all() {
        return List.of(
                new Operation("PutScalingPolicy", PolicyShapes.PUT, this::put),
                new Operation("DescribeScalingPolicies", PolicyShapes.DESCRIBE, this::describe),
                new Operation("DeleteScalingPolicy", PolicyShapes.DELETE, this::delete));
    }

    /// Creates or replaces; the type and the ARN of a policy stay.
    private ObjectNode put(ObjectNode request) {
        ScalableTargetResource target = parts.targets().require(ScalingRequests.target(request));
        String name = request.get(NAME).stringValue();
        PolicyType type = PolicyShapes.type(request);
        Optional<ScalingPolicyResource> known =
                find(target.id(), name).filter(policy -> policy.targetArn().equals(target.arn()));
        ObjectNode configuration = completed(type, request);
        known.ifPresent(policy -> requireType(policy, type));
        requireOwnMetric(target, name, type, configuration);
        ScalingPolicyResource policy = known.map(before -> replace(before, configuration))
                .orElseGet(() -> create(target, name, type, configuration));
        ObjectNode answer = ScalingRequests.answer().put("PolicyARN", policy.arn());
        answer.set("Alarms", alarms(policy.alarmNames()));
        return answer;
    }

    private ScalingPolicyResource create(
            ScalableTargetResource target, String name, PolicyType type, ObjectNode configuration) {
        parts.requireRoom(
                "scaling policies for a scalable target",
                parts.targets().policies(target).size(),
                MAX_POLICIES);
        String document = ScalableTargets.documentName(target.id(), name);
        // Of an earlier registration, whose removal was cut short.
        parts.catalog().find(SCALING_POLICY, document).ifPresent(parts.targets()::delete);
        UUID id = parts.newId();
        String arn = parts.config().arns().scalingPolicy(id.toString(), target.id(), name);
        return parts.targets()
                .create(
                        SCALING_POLICY,
                        new ScalingPolicyResource(
                                document,
                                arn,
                                0,
                                parts.now(),
                                name,
                                target.id(),
                                target.arn(),
                                type,
                                configuration,
                                newAlarms(target.id(), type, configuration, arn)));
    }

    private ScalingPolicyResource replace(ScalingPolicyResource before, ObjectNode configuration) {
        List<String> alarms = newAlarms(before.target(), before.policyType(), configuration, before.arn());
        ScalingPolicyResource after = parts.catalog()
                .update(SCALING_POLICY, before.name(), policy -> policy.with(configuration, alarms))
                .orElseThrow(() -> missing(before.target(), before.policyName()));
        parts.alarms().delete(before.alarmNames());
        return after;
    }

    private List<String> newAlarms(ScalableTargetId target, PolicyType type, ObjectNode configuration, String arn) {
        return switch (type) {
            case STEP_SCALING -> List.of();
            case TARGET_TRACKING ->
                parts.alarms()
                        .create(
                                target,
                                TargetTrackingConfig.of(configuration)
                                        .metric(target, parts.scaled().actual(target)),
                                TargetTrackingConfig.of(configuration),
                                arn,
                                parts.newId(),
                                parts.now());
        };
    }

    private ObjectNode describe(ObjectNode request) {
        List<ScalingPolicyResource> asked = parts.catalog().all(SCALING_POLICY).stream()
                .filter(policy -> ScalingRequests.isAskedFor(request, policy.target()))
                .filter(policy -> ScalingRequests.isListed(request, "PolicyNames", policy.policyName()))
                .toList();
        return new Pages<ScalingPolicyResource>("ScalingPolicies", 10, ScalingPolicyResource::name)
                .list(asked, request, this::description);
    }

    private ObjectNode description(ScalingPolicyResource policy) {
        ObjectNode answer = ScalingRequests.describing(policy.target())
                .put("PolicyARN", policy.arn())
                .put(NAME, policy.policyName())
                .put("PolicyType", policy.policyType().wireName());
        answer.set(policy.policyType().member(), policy.configuration());
        answer.set(
                "Alarms",
                alarms(parts.alarms().of(policy).stream()
                        .map(alarm -> alarm.name())
                        .toList()));
        answer.set("CreationTime", ControlPlaneJson.seconds(policy.createdAt()));
        return answer;
    }

    private ObjectNode delete(ObjectNode request) {
        ScalableTargetId target = ScalingRequests.target(request);
        String name = request.get(NAME).stringValue();
        parts.targets().delete(find(target, name).orElseThrow(() -> missing(target, name)));
        return ScalingRequests.answer();
    }

    private Optional<ScalingPolicyResource> find(ScalableTargetId target, String name) {
        String document = ScalableTargets.documentName(target, name);
        return parts.catalog()
                .find(SCALING_POLICY, document)
                .or(() -> parts.catalog().load(SCALING_POLICY, document));
    }

    private ArrayNode alarms(List<String> names) {
        ArrayNode alarms = ScalingRequests.list();
        names.forEach(name -> alarms.addObject()
                .put("AlarmName", name)
                .put("AlarmARN", parts.alarms().arn(name)));
        return alarms;
    }

    private static ObjectNode completed(PolicyType type, ObjectNode request) {
        var configuration = (ObjectNode) request.get(type.member());
        return switch (type) {
            case STEP_SCALING -> StepScalingConfig.completed(configuration);
            case TARGET_TRACKING -> TargetTrackingConfig.completed(configuration);
        };
    }

    private static void requireType(ScalingPolicyResource policy, PolicyType type) {
        if (policy.policyType() != type) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "The type of a scaling policy cannot be changed: " + policy.policyName() + " is of type "
                            + policy.policyType().wireName() + ".");
        }
    }

    /// Two policies that follow one metric would pull at the capacity from both sides.
    private void requireOwnMetric(
            ScalableTargetResource target, String name, PolicyType type, ObjectNode configuration) {
        if (type != PolicyType.TARGET_TRACKING) {
            return;
        }
        TargetTrackingConfig wanted = TargetTrackingConfig.of(configuration);
        boolean isTaken = parts.targets().policies(target).stream()
                .filter(policy ->
                        policy.policyType() == type && !policy.policyName().equals(name))
                .anyMatch(policy -> wanted.hasMetricOf(TargetTrackingConfig.of(policy.configuration())));
        if (isTaken) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "Only one TargetTrackingScaling policy for a given metric specification is allowed.");
        }
    }

    private static PlatformException missing(ScalableTargetId target, String name) {
        return ScalableTargets.missing("No scaling policy found with name: " + name, target);
    }
}

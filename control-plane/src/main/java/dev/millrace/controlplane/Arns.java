package dev.millrace.controlplane;

import java.util.Optional;

/// The ARNs of this installation's resources.
///
/// @param region such as `us-east-1`
/// @param account twelve digits
public record Arns(String region, String account) {
    public String model(String name) {
        return sageMaker("model", name);
    }

    public String endpointConfig(String name) {
        return sageMaker("endpoint-config", name);
    }

    public String endpoint(String name) {
        return sageMaker("endpoint", name);
    }

    public String inferenceComponent(String name) {
        return sageMaker("inference-component", name);
    }

    public String modelPackageGroup(String name) {
        return sageMaker("model-package-group", name);
    }

    /// @param name `<group>/<version>`, or the name of one without a group
    public String modelPackage(String name) {
        return sageMaker("model-package", name);
    }

    public String topic(String name) {
        return "arn:aws:sns:" + region + ":" + account + ":" + name;
    }

    public String alarm(String name) {
        return "arn:aws:cloudwatch:" + region + ":" + account + ":alarm:" + name;
    }

    /// Of a role of IAM, which means nothing here.
    public String role(String name) {
        return "arn:aws:iam::" + account + ":role/" + name;
    }

    /// Of the holder of an access key, as STS names callers.
    public String user(String accessKeyId) {
        return "arn:aws:iam::" + account + ":user/" + accessKeyId;
    }

    /// Of the holder of credentials of `AssumeRole`.
    ///
    /// @param roleAndSession `<role name>/<session name>`
    public String assumedRole(String roleAndSession) {
        return "arn:aws:sts::" + account + ":assumed-role/" + roleAndSession;
    }

    public String accessKey(String id) {
        return "arn:aws:iam::" + account + ":access-key/" + id;
    }

    /// The resource of SageMaker that an ARN of this installation names.
    ///
    /// @param kind as in the ARN, such as `endpoint-config`
    /// @return its name as written, of any form; empty for an ARN of another kind, region or account
    public Optional<String> nameIn(String arn, String kind) {
        String prefix = sageMaker(kind, "");
        return arn.startsWith(prefix) ? Optional.of(arn.substring(prefix.length())) : Optional.empty();
    }

    /// @param id letters, digits and hyphens
    public String scalableTarget(String id) {
        return "arn:aws:application-autoscaling:" + region + ":" + account + ":scalable-target/" + id;
    }

    public String scalingPolicy(String id, ScalableTargetId target, String policyName) {
        return autoScaling("scalingPolicy:" + id, target) + ":policyName/" + policyName;
    }

    public String scheduledAction(String id, ScalableTargetId target, String actionName) {
        return autoScaling("scheduledAction:" + id, target) + ":scheduledActionName/" + actionName;
    }

    /// The role that AWS's service would act with; nothing acts with it here.
    public String scalingRole() {
        return "arn:aws:iam::" + account + ":role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com"
                + "/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint";
    }

    private String autoScaling(String id, ScalableTargetId target) {
        return "arn:aws:autoscaling:" + region + ":" + account + ":" + id + ":resource/"
                + ScalableTargetId.SERVICE_NAMESPACE + "/" + target.resourceId();
    }

    private String sageMaker(String kind, String name) {
        return "arn:aws:sagemaker:" + region + ":" + account + ":" + kind + "/" + name;
    }
}

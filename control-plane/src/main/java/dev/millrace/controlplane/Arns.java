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

    public String topic(String name) {
        return "arn:aws:sns:" + region + ":" + account + ":" + name;
    }

    public String alarm(String name) {
        return "arn:aws:cloudwatch:" + region + ":" + account + ":alarm:" + name;
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

    private String sageMaker(String kind, String name) {
        return "arn:aws:sagemaker:" + region + ":" + account + ":" + kind + "/" + name;
    }
}

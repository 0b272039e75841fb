package dev.millrace.controlplane;

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

    public String topic(String name) {
        return "arn:aws:sns:" + region + ":" + account + ":" + name;
    }

    public String accessKey(String id) {
        return "arn:aws:iam::" + account + ":access-key/" + id;
    }

    private String sageMaker(String kind, String name) {
        return "arn:aws:sagemaker:" + region + ":" + account + ":" + kind + "/" + name;
    }
}

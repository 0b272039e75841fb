package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Inference components as `DescribeInferenceComponent` and `ListInferenceComponents` show them.
final class InferenceComponentDescription {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private InferenceComponentDescription() {}

    static JsonNode summary(InferenceComponentResource component, Arns arns) {
        return common(component, arns);
    }

    static ObjectNode of(InferenceComponentResource component, Arns arns) {
        ObjectNode answer = common(component, arns);
        if (component.failureReason() != null) {
            answer.put("FailureReason", component.failureReason());
        }
        answer.set("Specification", specification(component));
        ObjectNode runtime = NODES.objectNode()
                .put("DesiredCopyCount", component.desiredCopies())
                .put("CurrentCopyCount", component.currentCopies());
        Generation serving = component.serving();
        if (serving != null && component.currentCopies() > 0) {
            runtime.set(
                    "PlacementStatus",
                    NODES.arrayNode()
                            .add(NODES.objectNode()
                                    .put(
                                            "InstanceType",
                                            serving.config().variant().instanceType())
                                    .put("CurrentCopyCount", component.currentCopies())));
        }
        answer.set("RuntimeConfig", runtime);
        if (component.lastDeploymentConfig() != null) {
            answer.set("LastDeploymentConfig", component.lastDeploymentConfig().deepCopy());
        }
        return answer;
    }

    private static ObjectNode common(InferenceComponentResource component, Arns arns) {
        ObjectNode summary = NODES.objectNode()
                .put("InferenceComponentName", component.name())
                .put("InferenceComponentArn", component.arn())
                .put("EndpointName", component.endpoint().value())
                .put("EndpointArn", arns.endpoint(component.endpoint().value()))
                .put("VariantName", component.variant().value())
                .put("InferenceComponentStatus", component.statusName());
        summary.set("CreationTime", ControlPlaneJson.seconds(component.createdAt()));
        summary.set("LastModifiedTime", ControlPlaneJson.seconds(component.lastModifiedAt()));
        return summary;
    }

    /// As it was asked for, with what runs in place of the image.
    private static ObjectNode specification(InferenceComponentResource component) {
        ObjectNode specification =
                (ObjectNode) component.request().get("Specification").deepCopy();
        Generation shown = component.rollout().shown();
        if (specification.get("Container") instanceof ObjectNode container) {
            container.remove("Image");
            if (shown != null) {
                container.set("DeployedImage", EndpointDescription.deployedImage(shown));
            }
        }
        return specification;
    }
}

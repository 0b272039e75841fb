package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.ModelResource;
import dev.millrace.controlplane.ProductionVariant;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Endpoints as `DescribeEndpoint` and `ListEndpoints` show them.
final class EndpointDescription {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private EndpointDescription() {}

    static JsonNode summary(EndpointResource endpoint) {
        ObjectNode summary =
                NODES.objectNode().put("EndpointName", endpoint.name()).put("EndpointArn", endpoint.arn());
        summary.set("CreationTime", ControlPlaneJson.seconds(endpoint.createdAt()));
        summary.set("LastModifiedTime", ControlPlaneJson.seconds(endpoint.lastModifiedAt()));
        return summary.put("EndpointStatus", endpoint.status().wireName());
    }

    static ObjectNode of(EndpointResource endpoint) {
        ObjectNode answer = NODES.objectNode()
                .put("EndpointName", endpoint.name())
                .put("EndpointArn", endpoint.arn())
                .put("EndpointConfigName", endpoint.configName());
        Generation serving = endpoint.serving();
        Generation pending = endpoint.pending();
        Generation shown = endpoint.rollout().shown();
        if (shown != null) {
            answer.set("ProductionVariants", NODES.arrayNode().add(variant(endpoint, shown)));
            ObjectNode config = shown.config().request();
            copy(config, answer, "AsyncInferenceConfig");
            copy(config, answer, "MetricsConfig");
            if (config.get("DataCaptureConfig") instanceof ObjectNode capture) {
                answer.set("DataCaptureConfig", dataCapture(capture));
            }
        }
        answer.put("EndpointStatus", endpoint.status().wireName());
        if (endpoint.failureReason() != null) {
            answer.put("FailureReason", endpoint.failureReason());
        }
        answer.set("CreationTime", ControlPlaneJson.seconds(endpoint.createdAt()));
        answer.set("LastModifiedTime", ControlPlaneJson.seconds(endpoint.lastModifiedAt()));
        if (endpoint.lastDeploymentConfig() != null) {
            answer.set("LastDeploymentConfig", endpoint.lastDeploymentConfig().deepCopy());
        }
        if (serving != null && pending != null) {
            answer.set("PendingDeploymentSummary", pendingDeployment(pending));
        }
        return answer;
    }

    private static ObjectNode variant(EndpointResource endpoint, Generation generation) {
        ObjectNode variant = common(generation);
        String stage = switch (endpoint.status()) {
            case CREATING -> "Creating";
            case UPDATING, SYSTEM_UPDATING, ROLLING_BACK -> "Updating";
            case DELETING -> "Deleting";
            case IN_SERVICE, OUT_OF_SERVICE, FAILED, UPDATE_ROLLBACK_FAILED -> "";
        };
        if (!stage.isEmpty()) {
            variant.set(
                    "VariantStatus", NODES.arrayNode().add(NODES.objectNode().put("Status", stage)));
        }
        if (endpoint.status() != EndpointStatus.CREATING) {
            variant.put("CurrentInstanceCount", generation.currentInstances());
            Integer wanted = generation.wantedInstances();
            variant.put("DesiredInstanceCount", wanted == null ? generation.desiredInstances() : wanted);
        }
        return variant;
    }

    private static ObjectNode pendingDeployment(Generation pending) {
        ObjectNode variant = common(pending);
        variant.put("InstanceType", pending.config().variant().instanceType());
        variant.put("CurrentInstanceCount", pending.currentInstances());
        variant.put("DesiredInstanceCount", pending.desiredInstances());
        ObjectNode status = NODES.objectNode().put("Status", "Creating");
        status.set("StartTime", ControlPlaneJson.seconds(pending.createdAt()));
        variant.set("VariantStatus", NODES.arrayNode().add(status));
        ObjectNode summary =
                NODES.objectNode().put("EndpointConfigName", pending.config().name());
        summary.set("ProductionVariants", NODES.arrayNode().add(variant));
        summary.set("StartTime", ControlPlaneJson.seconds(pending.createdAt()));
        return summary;
    }

    private static ObjectNode common(Generation generation) {
        ProductionVariant of = generation.config().variant();
        ObjectNode variant =
                NODES.objectNode().put("VariantName", of.variantName().value());
        if (!generation.isHost()) {
            variant.set("DeployedImages", NODES.arrayNode().add(deployedImage(generation)));
        }
        double weight = generation.weight() == null ? of.initialWeight() : generation.weight();
        variant.put("CurrentWeight", weight);
        variant.put("DesiredWeight", weight);
        JsonNode request =
                generation.config().request().path("ProductionVariants").path(0);
        copy(request, variant, "ManagedInstanceScaling");
        copy(request, variant, "RoutingConfig");
        copy(request, variant, "CapacityReservationConfig");
        return variant;
    }

    /// What really runs, and on what: an accelerator that is not there shows here.
    static ObjectNode deployedImage(Generation generation) {
        ModelResource model = generation.model();
        ObjectNode image = NODES.objectNode().put("SpecifiedImage", model == null ? "" : model.image());
        if (generation.resolvedImage() != null) {
            String provider = generation.executionProvider();
            image.put(
                    "ResolvedImage",
                    provider == null || provider.isEmpty()
                            ? generation.resolvedImage()
                            : generation.resolvedImage() + "@" + provider);
        }
        image.set("ResolutionTime", ControlPlaneJson.seconds(generation.createdAt()));
        return image;
    }

    private static ObjectNode dataCapture(ObjectNode config) {
        return NODES.objectNode()
                .put("EnableCapture", false)
                .put("CaptureStatus", "Stopped")
                .put(
                        "CurrentSamplingPercentage",
                        config.path("InitialSamplingPercentage").asInt(0))
                .put("DestinationS3Uri", config.path("DestinationS3Uri").asString(""))
                .put("KmsKeyId", config.path("KmsKeyId").asString(""));
    }

    private static void copy(JsonNode from, ObjectNode to, String member) {
        JsonNode value = from.path(member);
        if (!value.isMissingNode()) {
            to.set(member, value.deepCopy());
        }
    }
}

package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.EndpointConfigResource;
import dev.millrace.controlplane.OutputPath;
import dev.millrace.controlplane.ProductionVariant;
import dev.millrace.controlplane.ProductionVariant.ManagedInstanceScaling;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.VariantName;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `CreateEndpointConfig`, `DescribeEndpointConfig`, `ListEndpointConfigs`, `DeleteEndpointConfig`.
final class EndpointConfigOperations {
    private static final String NAME = "EndpointConfigName";
    private static final String ARN = "EndpointConfigArn";

    private final Resources resources;
    private final InstantSource clock;

    EndpointConfigOperations(Resources resources, InstantSource clock) {
        this.resources = resources;
        this.clock = clock;
    }

    List<Operation> all() {
        return List.of(
                new Operation("CreateEndpointConfig", EndpointConfigShapes.CREATE, this::create),
                new Operation("DescribeEndpointConfig", EndpointConfigShapes.DESCRIBE, this::describe),
                new Operation("ListEndpointConfigs", EndpointConfigShapes.LIST, this::list),
                new Operation("DeleteEndpointConfig", EndpointConfigShapes.DELETE, this::delete));
    }

    private ObjectNode create(ObjectNode request) {
        String name = request.get(NAME).stringValue();
        List<ProductionVariant> variants = request.get("ProductionVariants").values().stream()
                .map(EndpointConfigOperations::variant)
                .toList();
        variants.stream()
                .map(ProductionVariant::modelName)
                .flatMap(Stream::ofNullable)
                .forEach(resources::model);
        var config = resources.create(
                ResourceKind.ENDPOINT_CONFIG,
                "endpoint configuration",
                new EndpointConfigResource(
                        name,
                        resources.arns().endpointConfig(name),
                        0,
                        Times.now(clock),
                        variants,
                        request.has("AsyncInferenceConfig")
                                ? asyncInference(
                                        request.get("AsyncInferenceConfig"), EndpointConfigShapes.resultTopic(request))
                                : null,
                        request));
        return JsonNodeFactory.instance.objectNode().put(ARN, config.arn());
    }

    private ObjectNode describe(ObjectNode request) {
        EndpointConfigResource config =
                resources.endpointConfig(request.get(NAME).stringValue());
        ObjectNode answer = config.request().deepCopy();
        answer.remove("Tags");
        answer.put(ARN, config.arn());
        answer.set("CreationTime", ControlPlaneJson.seconds(config.createdAt()));
        return answer;
    }

    private ObjectNode list(ObjectNode request) {
        return new Listing<EndpointConfigResource>("EndpointConfigs", "CreationTime")
                .list(
                        resources.catalog().all(ResourceKind.ENDPOINT_CONFIG),
                        request,
                        config -> JsonNodeFactory.instance
                                .objectNode()
                                .put(NAME, config.name())
                                .put(ARN, config.arn())
                                .set("CreationTime", ControlPlaneJson.seconds(config.createdAt())));
    }

    private ObjectNode delete(ObjectNode request) {
        String name = request.get(NAME).stringValue();
        if (!resources.catalog().delete(ResourceKind.ENDPOINT_CONFIG, name)) {
            throw Resources.missing("endpoint configuration", resources.arns().endpointConfig(name));
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static ProductionVariant variant(JsonNode variant) {
        JsonNode scaling = variant.path("ManagedInstanceScaling");
        return new ProductionVariant(
                new VariantName(variant.get("VariantName").stringValue()),
                text(variant, "ModelName"),
                variant.get("InstanceType").stringValue(),
                variant.get("InitialInstanceCount").intValue(),
                variant.path("InitialVariantWeight").asDouble(1.0),
                scaling.isMissingNode()
                        ? null
                        : new ManagedInstanceScaling(
                                !scaling.path("Status").asString("ENABLED").equals("DISABLED"),
                                whole(scaling, "MinInstanceCount"),
                                whole(scaling, "MaxInstanceCount")),
                whole(variant, "ModelDataDownloadTimeoutInSeconds"),
                whole(variant, "ContainerStartupHealthCheckTimeoutInSeconds"));
    }

    private static AsyncInferenceConfig asyncInference(JsonNode config, @Nullable String resultTopic) {
        JsonNode output = config.get("OutputConfig");
        JsonNode notification = output.path("NotificationConfig");
        List<String> included = notification.path("IncludeInferenceResponseIn").values().stream()
                .map(JsonNode::stringValue)
                .toList();
        return new AsyncInferenceConfig(
                path(output, "S3OutputPath"),
                path(output, "S3FailurePath"),
                text(output, "KmsKeyId"),
                text(notification, "SuccessTopic"),
                text(notification, "ErrorTopic"),
                included.contains("SUCCESS_NOTIFICATION_TOPIC"),
                included.contains("ERROR_NOTIFICATION_TOPIC"),
                whole(config.path("ClientConfig"), "MaxConcurrentInvocationsPerInstance"),
                resultTopic);
    }

    private static @Nullable OutputPath path(JsonNode node, String member) {
        String uri = text(node, member);
        return uri == null ? null : OutputPath.parse(uri);
    }

    private static @Nullable String text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isMissingNode() ? null : value.stringValue();
    }

    private static @Nullable Integer whole(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isMissingNode() ? null : value.intValue();
    }
}

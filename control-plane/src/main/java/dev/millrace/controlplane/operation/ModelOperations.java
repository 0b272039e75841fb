package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.ModelResource;
import dev.millrace.controlplane.ModelResource.ModelData;
import dev.millrace.controlplane.OutputPath;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `CreateModel`, `DescribeModel`, `ListModels`, `DeleteModel`.
final class ModelOperations {
    private static final String NAME = "ModelName";

    private final Resources resources;
    private final InstantSource clock;

    ModelOperations(Resources resources, InstantSource clock) {
        this.resources = resources;
        this.clock = clock;
    }

    List<Operation> all() {
        return List.of(
                new Operation("CreateModel", ModelShapes.CREATE, this::create),
                new Operation("DescribeModel", ModelShapes.DESCRIBE, this::describe),
                new Operation("ListModels", ModelShapes.LIST, this::list),
                new Operation("DeleteModel", ModelShapes.DELETE, this::delete));
    }

    private ObjectNode create(ObjectNode request) {
        String name = request.get(NAME).stringValue();
        JsonNode container = ServedContainer.of(
                request.has("PrimaryContainer")
                        ? request.get("PrimaryContainer")
                        : request.get("Containers").get(0),
                new ModelPackages(resources));
        var model = resources.create(
                ResourceKind.MODEL,
                "model",
                new ModelResource(
                        name,
                        resources.arns().model(name),
                        0,
                        Times.now(clock),
                        container.get("Image").stringValue(),
                        modelData(container),
                        environment(container),
                        request));
        return JsonNodeFactory.instance.objectNode().put("ModelArn", model.arn());
    }

    private ObjectNode describe(ObjectNode request) {
        ModelResource model = resources.model(request.get(NAME).stringValue());
        ObjectNode answer = model.request().deepCopy();
        answer.remove("Tags");
        answer.put("ModelArn", model.arn());
        answer.set("CreationTime", ControlPlaneJson.seconds(model.createdAt()));
        return answer;
    }

    private ObjectNode list(ObjectNode request) {
        return new Listing<ModelResource>("Models", "CreationTime")
                .list(
                        resources.catalog().all(ResourceKind.MODEL),
                        request,
                        model -> JsonNodeFactory.instance
                                .objectNode()
                                .put(NAME, model.name())
                                .put("ModelArn", model.arn())
                                .set("CreationTime", ControlPlaneJson.seconds(model.createdAt())));
    }

    private ObjectNode delete(ObjectNode request) {
        String name = request.get(NAME).stringValue();
        if (!resources.catalog().delete(ResourceKind.MODEL, name)) {
            throw Resources.missing("model", resources.arns().model(name));
        }
        return JsonNodeFactory.instance.objectNode();
    }

    private static @Nullable ModelData modelData(JsonNode container) {
        if (container.has("ModelDataUrl")) {
            return new ModelData(object(container.get("ModelDataUrl").stringValue()), false, null);
        }
        JsonNode source = container.path("ModelDataSource").path("S3DataSource");
        if (source.isMissingNode()) {
            return null;
        }
        String uri = source.get("S3Uri").stringValue();
        boolean isPrefix = source.get("S3DataType").stringValue().equals("S3Prefix");
        boolean isCompressed = source.get("CompressionType").stringValue().equals("Gzip");
        return new ModelData(isPrefix ? prefix(uri) : object(uri), isPrefix, isCompressed);
    }

    /// The object that an artifact's address names.
    static ObjectLocation object(String uri) {
        try {
            return ObjectLocation.parse(uri);
        } catch (PlatformException e) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR, "Model data must be an object, s3://bucket/key: " + e.text(), e);
        }
    }

    private static ObjectLocation prefix(String uri) {
        OutputPath path = OutputPath.parse(uri);
        if (path.prefix().isEmpty()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR, "Model data must not be a whole bucket: name a prefix in it.");
        }
        return new ObjectLocation(path.bucket(), path.prefix());
    }

    static Map<String, String> environment(JsonNode container) {
        var environment = new HashMap<String, String>();
        container
                .path("Environment")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().stringValue()));
        return environment;
    }
}

package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.ModelPackageGroupResource;
import dev.millrace.controlplane.ModelPackageResource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `CreateModelPackageGroup`, `DescribeModelPackageGroup`, `ListModelPackageGroups`, `DeleteModelPackageGroup`.
final class ModelPackageGroupOperations {
    private static final String NAME = "ModelPackageGroupName";
    private static final String ARN = "ModelPackageGroupArn";

    private final ModelPackages packages;
    private final ResourceCatalog catalog;
    private final Resources resources;
    private final InstantSource clock;

    ModelPackageGroupOperations(Resources resources, InstantSource clock) {
        this.packages = new ModelPackages(resources);
        this.catalog = resources.catalog();
        this.resources = resources;
        this.clock = clock;
    }

    List<Operation> all() {
        return List.of(
                new Operation("CreateModelPackageGroup", ModelPackageGroupShapes.CREATE, this::create),
                new Operation("DescribeModelPackageGroup", ModelPackageGroupShapes.DESCRIBE, this::describe),
                new Operation("ListModelPackageGroups", ModelPackageGroupShapes.LIST, this::list),
                new Operation("DeleteModelPackageGroup", ModelPackageGroupShapes.DELETE, this::delete));
    }

    private ObjectNode create(ObjectNode request) {
        String name = request.get(NAME).stringValue();
        var group = packages.create(
                ResourceKind.MODEL_PACKAGE_GROUP,
                "model package group",
                new ModelPackageGroupResource(
                        name, resources.arns().modelPackageGroup(name), 0, Times.now(clock), 0, false, request));
        return JsonNodeFactory.instance.objectNode().put(ARN, group.arn());
    }

    private ObjectNode describe(ObjectNode request) {
        ModelPackageGroupResource group = packages.group(request.get(NAME).stringValue());
        ObjectNode answer = summary(group);
        answer.set("CreatedBy", ModelPackages.nobody());
        return answer;
    }

    private ObjectNode list(ObjectNode request) {
        boolean isOwn =
                request.path("CrossAccountFilterOption").asString("SameAccount").equals("SameAccount");
        return new Listing<ModelPackageGroupResource>("ModelPackageGroupSummaryList", "CreationTime")
                .ascending()
                .keeping(_ -> isOwn)
                .list(catalog.all(ResourceKind.MODEL_PACKAGE_GROUP), request, ModelPackageGroupOperations::summary);
    }

    /// Closes the group first, so that a version that is being made either is seen here or sees the group
    /// closed.
    private ObjectNode delete(ObjectNode request) {
        String given = request.get(NAME).stringValue();
        String name = packages.groupName(given);
        ModelPackageGroupResource closed = catalog.update(
                        ResourceKind.MODEL_PACKAGE_GROUP, name, group -> group.withDeleting(true))
                .orElseThrow(() -> packages.missingGroup(given));
        if (holdsPackages(closed)) {
            catalog.update(ResourceKind.MODEL_PACKAGE_GROUP, name, group -> group.withDeleting(false));
            throw new PlatformException(
                    ErrorCode.CONFLICT,
                    "Cannot delete model package group \"" + closed.arn() + "\": it holds model packages.");
        }
        catalog.delete(ResourceKind.MODEL_PACKAGE_GROUP, name);
        return JsonNodeFactory.instance.objectNode();
    }

    /// The newest one may have been made by another process a moment ago.
    private boolean holdsPackages(ModelPackageGroupResource group) {
        String prefix = group.name() + "/";
        return catalog.all(ResourceKind.MODEL_PACKAGE).stream()
                        .map(ModelPackageResource::name)
                        .anyMatch(name -> name.startsWith(prefix))
                || (group.lastVersion() > 0
                        && catalog.load(ResourceKind.MODEL_PACKAGE, prefix + group.lastVersion())
                                .isPresent());
    }

    private static ObjectNode summary(ModelPackageGroupResource group) {
        ObjectNode summary = group.request().deepCopy();
        summary.remove("Tags");
        summary.put(ARN, group.arn());
        summary.set("CreationTime", ControlPlaneJson.seconds(group.createdAt()));
        return summary.put("ModelPackageGroupStatus", group.isDeleting() ? "Deleting" : "Completed");
    }
}

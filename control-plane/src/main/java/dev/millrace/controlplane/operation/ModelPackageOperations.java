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
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `CreateModelPackage`, `DescribeModelPackage`, `ListModelPackages`, `UpdateModelPackage`,
/// `DeleteModelPackage`.
final class ModelPackageOperations {
    private static final String NAME = "ModelPackageName";
    private static final String GROUP = "ModelPackageGroupName";
    private static final String ARN = "ModelPackageArn";
    private static final String VERSION = "ModelPackageVersion";
    private static final String APPROVAL = "ModelApprovalStatus";
    private static final String NOUN = "model package";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ModelPackages packages;
    private final ResourceCatalog catalog;
    private final Resources resources;
    private final InstantSource clock;

    ModelPackageOperations(Resources resources, InstantSource clock) {
        this.packages = new ModelPackages(resources);
        this.catalog = resources.catalog();
        this.resources = resources;
        this.clock = clock;
    }

    List<Operation> all() {
        return List.of(
                new Operation("CreateModelPackage", ModelPackageShapes.CREATE, this::create),
                new Operation("DescribeModelPackage", ModelPackageShapes.DESCRIBE, this::describe),
                new Operation("ListModelPackages", ModelPackageShapes.LIST, this::list),
                new Operation("UpdateModelPackage", ModelPackageShapes.UPDATE, this::update),
                new Operation("DeleteModelPackage", ModelPackageShapes.DELETE, this::delete));
    }

    private ObjectNode create(ObjectNode request) {
        ModelPackageResource made = request.has(GROUP)
                ? version(packages.group(request.get(GROUP).stringValue()).name(), request)
                : packages.create(
                        ResourceKind.MODEL_PACKAGE,
                        NOUN,
                        modelPackage(request.get(NAME).stringValue(), null, request));
        return NODES.objectNode().put(ARN, made.arn());
    }

    /// The group gives the number out by compare and swap, so no two packages have the same; a number whose
    /// package never came to be stays unused.
    private ModelPackageResource version(String group, ObjectNode request) {
        Optional<ModelPackageResource> before = earlierTry(group, request);
        if (before.isPresent()) {
            return before.get();
        }
        int version = catalog.update(
                        ResourceKind.MODEL_PACKAGE_GROUP,
                        group,
                        open -> requireOpen(open).withNextVersion())
                .orElseThrow(() -> packages.missingGroup(group))
                .lastVersion();
        ObjectNode kept = request.deepCopy();
        if (!kept.has(APPROVAL)) {
            kept.put(APPROVAL, "PendingManualApproval");
        }
        ModelPackageResource made =
                packages.create(ResourceKind.MODEL_PACKAGE, NOUN, modelPackage(group + "/" + version, version, kept));
        boolean isStillOpen = catalog.load(ResourceKind.MODEL_PACKAGE_GROUP, group)
                .filter(each -> !each.isDeleting())
                .isPresent();
        if (!isStillOpen) {
            catalog.delete(ResourceKind.MODEL_PACKAGE, made.name());
            throw deleting(resources.arns().modelPackageGroup(group));
        }
        return made;
    }

    /// A client that had no answer repeats its call with the same token.
    private Optional<ModelPackageResource> earlierTry(String group, ObjectNode request) {
        String token = request.path("ClientToken").asString("");
        return catalog.all(ResourceKind.MODEL_PACKAGE).stream()
                .filter(isIn(group))
                .filter(each -> !token.isEmpty()
                        && each.request().path("ClientToken").asString("").equals(token))
                .findFirst();
    }

    private static ModelPackageGroupResource requireOpen(ModelPackageGroupResource group) {
        if (group.isDeleting()) {
            throw deleting(group.arn());
        }
        return group;
    }

    private static PlatformException deleting(String groupArn) {
        return new PlatformException(ErrorCode.CONFLICT, "Model package group \"" + groupArn + "\" is being deleted.");
    }

    private ModelPackageResource modelPackage(String name, @Nullable Integer version, ObjectNode request) {
        return new ModelPackageResource(
                name, resources.arns().modelPackage(name), 0, Times.now(clock), version, null, request);
    }

    private ObjectNode describe(ObjectNode request) {
        ModelPackageResource found = packages.modelPackage(request.get(NAME).stringValue());
        ObjectNode answer = found.request().deepCopy();
        answer.remove(List.of("Tags", "ClientToken"));
        answer.put(NAME, found.label());
        describeVersion(found, answer);
        answer.put(ARN, found.arn());
        answer.set("CreationTime", ControlPlaneJson.seconds(found.createdAt()));
        answer.put("ModelPackageStatus", "Completed");
        ObjectNode details = NODES.objectNode();
        details.putArray("ValidationStatuses");
        answer.set("ModelPackageStatusDetails", details);
        answer.set("CreatedBy", ModelPackages.nobody());
        if (found.lastModifiedAt() != null) {
            answer.set("LastModifiedTime", ControlPlaneJson.seconds(found.lastModifiedAt()));
            answer.set("LastModifiedBy", ModelPackages.nobody());
        }
        return answer;
    }

    private ObjectNode list(ObjectNode request) {
        String group = request.path(GROUP).asString("");
        String type = request.path("ModelPackageType").asString(group.isEmpty() ? "Unversioned" : "Versioned");
        String approval = request.path(APPROVAL).asString("");
        Predicate<ModelPackageResource> isInGroup = group.isEmpty() ? _ -> true : isIn(packages.groupName(group));
        return new Listing<ModelPackageResource>("ModelPackageSummaryList", "CreationTime")
                .ascending()
                .sortableBy("Name", ModelPackageOperations::sortName)
                .keeping(isInGroup)
                .keeping(each -> type.equals("Both") || type.equals("Versioned") == (each.version() != null))
                .keeping(each -> approval.isEmpty()
                        || each.request().path(APPROVAL).asString("").equals(approval))
                .list(catalog.all(ResourceKind.MODEL_PACKAGE), request, ModelPackageOperations::summary);
    }

    private ObjectNode update(ObjectNode request) {
        String arn = request.get(ARN).stringValue();
        ModelPackageResource updated = catalog.update(
                        ResourceKind.MODEL_PACKAGE,
                        packages.packageName(arn),
                        before -> before.updated(ModelPackageUpdate.apply(before.request(), request), Times.now(clock)))
                .orElseThrow(() -> packages.missingPackage(arn));
        return NODES.objectNode().put(ARN, updated.arn());
    }

    private ObjectNode delete(ObjectNode request) {
        String given = request.get(NAME).stringValue();
        if (!catalog.delete(ResourceKind.MODEL_PACKAGE, packages.packageName(given))) {
            throw packages.missingPackage(given);
        }
        return NODES.objectNode();
    }

    private static Predicate<ModelPackageResource> isIn(String group) {
        String prefix = group + "/";
        return each -> each.name().startsWith(prefix);
    }

    /// Versions in the order of their numbers.
    private static String sortName(ModelPackageResource each) {
        return each.version() == null
                ? each.name()
                : String.format(Locale.ROOT, "%s/%010d", each.label(), each.version());
    }

    private static ObjectNode summary(ModelPackageResource each) {
        ObjectNode summary = NODES.objectNode();
        if (each.version() == null) {
            summary.put(NAME, each.name());
        }
        describeVersion(each, summary);
        summary.put(ARN, each.arn());
        for (String member :
                List.of("ModelPackageDescription", APPROVAL, "ModelLifeCycle", "ModelPackageRegistrationType")) {
            if (each.request().has(member)) {
                summary.set(member, each.request().get(member).deepCopy());
            }
        }
        summary.set("CreationTime", ControlPlaneJson.seconds(each.createdAt()));
        return summary.put("ModelPackageStatus", "Completed");
    }

    private static void describeVersion(ModelPackageResource each, ObjectNode answer) {
        if (each.version() != null) {
            answer.put(GROUP, each.label()).put(VERSION, each.version());
        }
    }
}

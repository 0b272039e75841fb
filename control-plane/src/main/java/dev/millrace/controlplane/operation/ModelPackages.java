package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.ModelPackageGroupResource;
import dev.millrace.controlplane.ModelPackageResource;
import dev.millrace.controlplane.Resource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Model packages and their groups by what requests call them: a name, or an ARN of this installation.
record ModelPackages(Resources resources) {
    private static final String GROUP = "model-package-group";
    private static final String PACKAGE = "model-package";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-]{1,63}(/[0-9]{1,9})?");

    ModelPackageGroupResource group(String nameOrArn) {
        return resources
                .find(ResourceKind.MODEL_PACKAGE_GROUP, groupName(nameOrArn))
                .orElseThrow(() -> missingGroup(nameOrArn));
    }

    ModelPackageResource modelPackage(String nameOrArn) {
        return resources
                .find(ResourceKind.MODEL_PACKAGE, packageName(nameOrArn))
                .orElseThrow(() -> missingPackage(nameOrArn));
    }

    String groupName(String nameOrArn) {
        return isArn(nameOrArn)
                ? resources.arns().nameIn(nameOrArn, GROUP).orElseThrow(() -> missingGroup(nameOrArn))
                : nameOrArn;
    }

    String packageName(String nameOrArn) {
        String name = isArn(nameOrArn)
                ? resources.arns().nameIn(nameOrArn, PACKAGE).orElseThrow(() -> missingPackage(nameOrArn))
                : nameOrArn;
        // The ARN of an update is not checked further by its shape.
        if (!NAME.matcher(name).matches()) {
            throw missingPackage(nameOrArn);
        }
        return name;
    }

    PlatformException missingGroup(String nameOrArn) {
        return missing(
                "ModelPackageGroup",
                isArn(nameOrArn) ? nameOrArn : resources.arns().modelPackageGroup(nameOrArn));
    }

    PlatformException missingPackage(String nameOrArn) {
        return missing(
                "ModelPackage", isArn(nameOrArn) ? nameOrArn : resources.arns().modelPackage(nameOrArn));
    }

    /// As [Resources#create], where the API has a code of its own for what exists.
    <R extends Resource> R create(ResourceKind<R> kind, String noun, R resource) {
        try {
            return resources.create(kind, noun, resource);
        } catch (PlatformException e) {
            throw e.code() == ErrorCode.RESOURCE_CONFLICT ? new PlatformException(ErrorCode.CONFLICT, e.text(), e) : e;
        }
    }

    /// Who made or changed something: members of the API for users of Studio, of which there are none here.
    static ObjectNode nobody() {
        return JsonNodeFactory.instance.objectNode();
    }

    static PlatformException missing(String type, String arn) {
        return new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, type + " " + arn + " does not exist.");
    }

    private static boolean isArn(String nameOrArn) {
        return nameOrArn.startsWith("arn:");
    }
}

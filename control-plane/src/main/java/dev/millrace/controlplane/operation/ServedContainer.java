package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.ModelPackageResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a container of `CreateModel` stands for: itself, or what the model package that it names says.
final class ServedContainer {
    private static final List<String> FROM_PACKAGE = List.of("Image", "ModelDataUrl", "ModelDataSource");
    private static final String PACKAGE_NAME = "ModelPackageName";
    private static final String SPECIFICATION_NAME = "InferenceSpecificationName";
    private static final String ENVIRONMENT = "Environment";

    private ServedContainer() {}

    /// @return with the image, the data and the environment that are to be served
    /// @throws PlatformException as the API says it when the package is missing, not approved, or says nothing
    ///     that can be served
    static JsonNode of(JsonNode container, ModelPackages packages) {
        if (!container.has(PACKAGE_NAME)) {
            return container;
        }
        ModelPackageResource found =
                packages.modelPackage(container.get(PACKAGE_NAME).stringValue());
        if (!found.isApproved()) {
            throw invalid(
                    found,
                    "is not approved: its ModelApprovalStatus is "
                            + found.request().path("ModelApprovalStatus").asString(""));
        }
        JsonNode packaged = packaged(found, container.path(SPECIFICATION_NAME).asString(""));
        ObjectNode served = (ObjectNode) container.deepCopy();
        for (String member : FROM_PACKAGE) {
            if (packaged.has(member)) {
                served.set(member, packaged.get(member));
            }
        }
        ObjectNode environment = served.putObject(ENVIRONMENT);
        packaged.path(ENVIRONMENT).properties().forEach(each -> environment.set(each.getKey(), each.getValue()));
        container.path(ENVIRONMENT).properties().forEach(each -> environment.set(each.getKey(), each.getValue()));
        return served;
    }

    private static JsonNode packaged(ModelPackageResource found, String specificationName) {
        JsonNode specification = specificationName.isEmpty()
                ? found.request().path("InferenceSpecification")
                : found.request().path("AdditionalInferenceSpecifications").values().stream()
                        .filter(each -> each.path("Name").asString("").equals(specificationName))
                        .findFirst()
                        .orElseThrow(() -> invalid(found, "has no inference specification " + specificationName));
        JsonNode containers = specification.path("Containers");
        if (containers.isEmpty()) {
            throw invalid(found, "has no inference specification");
        }
        if (containers.size() > 1) {
            throw invalid(found, "has several containers: Models of several containers are not supported yet");
        }
        if (!containers.get(0).has("Image")) {
            throw invalid(found, "names no Image");
        }
        return containers.get(0);
    }

    private static PlatformException invalid(ModelPackageResource found, String problem) {
        return new PlatformException(
                ErrorCode.VALIDATION_ERROR, "Model package \"" + found.arn() + "\" " + problem + ".");
    }
}

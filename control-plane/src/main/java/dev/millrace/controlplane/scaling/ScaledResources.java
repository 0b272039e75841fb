package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.INFERENCE_COMPONENT;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetId.Scaled;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.VariantName;
import java.util.Optional;

/// What scalable targets are about: variants of endpoints and inference components.
record ScaledResources(ResourceCatalog catalog, Arns arns) {
    /// @return a remark where the target names a variant that is not there and stands for the only one
    /// that is
    /// @throws PlatformException `VALIDATION_ERROR` when there is nothing to scale
    Optional<String> require(ScalableTargetId id) {
        return switch (id.scaled()) {
            case Scaled.Variant(var endpoint, var variant) -> requireVariant(endpoint.value(), variant);
            case Scaled.Component(String name) -> requireComponent(name);
        };
    }

    /// The target under the name of the variant that it stands for.
    ScalableTargetId actual(ScalableTargetId id) {
        return switch (id.scaled()) {
            case Scaled.Variant(var endpoint, var variant) ->
                catalog.find(ENDPOINT, endpoint.value())
                        .flatMap(found -> substitute(found, variant))
                        .map(only -> new ScalableTargetId("endpoint/" + endpoint + "/variant/" + only, id.dimension()))
                        .orElse(id);
            case Scaled.Component _ -> id;
        };
    }

    private Optional<String> requireVariant(String endpointName, VariantName wanted) {
        EndpointResource endpoint = catalog.find(ENDPOINT, endpointName)
                .or(() -> catalog.load(ENDPOINT, endpointName))
                .filter(each -> !each.isDeleting())
                .orElseThrow(() -> missing("endpoint", arns.endpoint(endpointName)));
        return substitute(endpoint, wanted)
                .map(only -> "The endpoint has no variant " + wanted + ": its only variant, " + only + ", is scaled.");
    }

    private Optional<String> requireComponent(String name) {
        boolean isThere = catalog.find(INFERENCE_COMPONENT, name)
                .or(() -> catalog.load(INFERENCE_COMPONENT, name))
                .filter(each -> !each.isDeleting())
                .isPresent();
        if (!isThere) {
            throw missing("inference component", arns.inferenceComponent(name));
        }
        return Optional.empty();
    }

    /// The only variant, where it has another name.
    private static Optional<VariantName> substitute(EndpointResource endpoint, VariantName wanted) {
        return endpoint.generations().stream()
                .map(generation -> generation.config().variant().variantName())
                .findFirst()
                .filter(only -> !only.equals(wanted));
    }

    private static PlatformException missing(String what, String name) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Could not find " + what + " \"" + name + "\".");
    }
}

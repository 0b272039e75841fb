package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointConfigResource;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ModelResource;
import dev.millrace.controlplane.Resource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import java.util.Optional;

/// The catalog in the API's words: what is missing or there already is said as SageMaker says it, word for
/// word,
/// because clients look for these texts.
record Resources(ResourceCatalog catalog, ControlPlaneConfig config) {
    Arns arns() {
        return config.arns();
    }

    ModelResource model(String name) {
        return find(ResourceKind.MODEL, name).orElseThrow(() -> missing("model", arns().model(name)));
    }

    EndpointConfigResource endpointConfig(String name) {
        return find(ResourceKind.ENDPOINT_CONFIG, name)
                .orElseThrow(() -> missing("endpoint configuration", arns().endpointConfig(name)));
    }

    EndpointResource endpoint(String name) {
        return find(ResourceKind.ENDPOINT, name).orElseThrow(() -> missing("endpoint", arns().endpoint(name)));
    }

    InferenceComponentResource inferenceComponent(String name) {
        return find(ResourceKind.INFERENCE_COMPONENT, name)
                .orElseThrow(() -> missing("inference component", arns().inferenceComponent(name)));
    }

    /// The components that the endpoint hosts, by name.
    List<InferenceComponentResource> componentsOf(EndpointName endpoint) {
        return catalog.all(ResourceKind.INFERENCE_COMPONENT).stream()
                .filter(component -> component.endpoint().equals(endpoint))
                .toList();
    }

    /// @param noun the kind in the API's messages
    <R extends Resource> R create(ResourceKind<R> kind, String noun, R resource) {
        int count = catalog.all(kind).size();
        if (count >= config.maxPerKind()) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_LIMIT_EXCEEDED,
                    "The account-level service limit 'Number of " + noun + "s' is " + config.maxPerKind()
                            + ", with current utilization of " + count + " and a request delta of 1.");
        }
        try {
            return catalog.create(kind, resource);
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.RESOURCE_CONFLICT) {
                throw new PlatformException(
                        ErrorCode.RESOURCE_CONFLICT,
                        "Cannot create already existing " + noun + " \"" + resource.arn() + "\".",
                        e);
            }
            throw e;
        }
    }

    static PlatformException missing(String noun, String arn) {
        return new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "Could not find " + noun + " \"" + arn + "\".");
    }

    /// What another process made a moment ago may not have been announced to this one.
    <R extends Resource> Optional<R> find(ResourceKind<R> kind, String name) {
        return catalog.find(kind, name).or(() -> catalog.load(kind, name));
    }
}

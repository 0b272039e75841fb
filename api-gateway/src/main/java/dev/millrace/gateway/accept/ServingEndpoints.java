package dev.millrace.gateway.accept;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the endpoint of a call in the catalog; reads memory only.
public final class ServingEndpoints {
    private static final Set<EndpointStatus> LIVE = EnumSet.of(
            EndpointStatus.IN_SERVICE,
            EndpointStatus.UPDATING,
            EndpointStatus.SYSTEM_UPDATING,
            EndpointStatus.ROLLING_BACK,
            EndpointStatus.UPDATE_ROLLBACK_FAILED);

    private final ResourceCatalog catalog;
    private final String account;

    /// @param account named in the API's message about a missing endpoint
    public ServingEndpoints(ResourceCatalog catalog, String account) {
        this.catalog = catalog;
        this.account = account;
    }

    /// @param component that the call names, or null
    /// @throws PlatformException `ENDPOINT_NOT_FOUND` or `VALIDATION_ERROR` in the API's words
    public ServingEndpoint require(EndpointName name, @Nullable String component) {
        EndpointResource endpoint = catalog.find(ResourceKind.ENDPOINT, name.value())
                .orElseThrow(() -> new PlatformException(
                        ErrorCode.ENDPOINT_NOT_FOUND, "Endpoint " + name + " of account " + account + " not found."));
        Generation serving = endpoint.serving();
        if (serving == null || !LIVE.contains(endpoint.status())) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "Endpoint " + name + " of account " + account + " is not in service: its status is "
                            + endpoint.status().wireName() + ".");
        }
        if (serving.isHost()) {
            return ofComponent(name, component);
        }
        if (component != null) {
            throw invalid("InferenceComponentName: endpoint " + name + " hosts no inference components.");
        }
        return new ServingEndpoint(name, serving, null);
    }

    private ServingEndpoint ofComponent(EndpointName endpoint, @Nullable String name) {
        if (name == null) {
            throw invalid("InferenceComponentName is required: endpoint " + endpoint + " hosts inference components.");
        }
        InferenceComponentResource component = catalog.find(ResourceKind.INFERENCE_COMPONENT, name)
                .filter(each -> each.endpoint().equals(endpoint))
                .orElseThrow(() -> invalid("Inference component " + name + " of account " + account
                        + " not found on endpoint " + endpoint + "."));
        Generation serving = component.serving();
        return switch (component.status()) {
            case IN_SERVICE, UPDATING -> {
                if (serving == null) {
                    throw notInService(component);
                }
                yield new ServingEndpoint(endpoint, serving, name);
            }
            case CREATING, FAILED, DELETING -> throw notInService(component);
        };
    }

    private PlatformException notInService(InferenceComponentResource component) {
        return invalid("Inference component " + component.name() + " of account " + account
                + " is not in service: its status is " + component.statusName() + ".");
    }

    private static PlatformException invalid(String message) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, message);
    }

    /// Whether there is an endpoint of that name, in whatever state.
    public boolean exists(EndpointName name) {
        return catalog.find(ResourceKind.ENDPOINT, name.value()).isPresent();
    }
}

package dev.millrace.controlplane;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// How an endpoint runs. Immutable once created.
///
/// @param variants exactly one until traffic can be split
/// @param asyncInference null on an endpoint that only answers in real time
/// @param request every modelled member of `CreateEndpointConfig` as it was given, but for tags; read it, never change
/// it
public record EndpointConfigResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        List<ProductionVariant> variants,
        @Nullable AsyncInferenceConfig asyncInference,
        ObjectNode request)
        implements TaggedResource {
    public EndpointConfigResource {
        variants = List.copyOf(variants);
    }

    /// The one variant.
    public ProductionVariant variant() {
        return variants.getFirst();
    }

    /// Whether its endpoints run no model of their own and host inference components.
    public boolean isForComponents() {
        return variant().modelName() == null;
    }

    @Override
    public EndpointConfigResource withRequest(ObjectNode newRequest) {
        return new EndpointConfigResource(name, arn, revision, createdAt, variants, asyncInference, newRequest);
    }

    @Override
    public EndpointConfigResource withRevision(long newRevision) {
        return new EndpointConfigResource(name, arn, newRevision, createdAt, variants, asyncInference, request);
    }
}

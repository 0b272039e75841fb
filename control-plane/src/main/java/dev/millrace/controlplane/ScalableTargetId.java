package dev.millrace.controlplane;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.VariantName;

/// What names a scalable target; the service's namespace is always `sagemaker`.
///
/// @param resourceId `endpoint/<endpoint>/variant/<variant>` or `inference-component/<name>`
public record ScalableTargetId(String resourceId, ScalableDimension dimension) {
    public static final String SERVICE_NAMESPACE = "sagemaker";

    /// Whose capacity it is.
    public sealed interface Scaled {
        record Variant(EndpointName endpoint, VariantName variant) implements Scaled {}

        record Component(String name) implements Scaled {}
    }

    /// @throws IllegalArgumentException when the resource id is of another form; the shapes let none
    /// through
    public Scaled scaled() {
        String[] parts = resourceId.split("/", -1);
        if (parts.length == 4 && parts[0].equals("endpoint") && parts[2].equals("variant")) {
            return new Scaled.Variant(new EndpointName(parts[1]), new VariantName(parts[3]));
        }
        if (parts.length == 2 && parts[0].equals("inference-component")) {
            return new Scaled.Component(parts[1]);
        }
        throw new IllegalArgumentException("resource id: " + resourceId);
    }

    /// The name of the target's document. Names in resource ids hold no dots.
    public String name() {
        String wireName = dimension.wireName();
        return resourceId.replace('/', '.') + "." + wireName.substring(wireName.lastIndexOf(':') + 1);
    }
}

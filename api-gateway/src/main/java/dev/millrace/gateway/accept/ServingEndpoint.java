package dev.millrace.gateway.accept;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.VariantName;
import org.jspecify.annotations.Nullable;

/// An endpoint that takes calls, with the generation that takes them.
///
/// @param component the inference component whose generation it is, or null
public record ServingEndpoint(
        EndpointName name, Generation generation, @Nullable String component) {
    public GenerationId generationId() {
        return generation.id();
    }

    public VariantName variant() {
        return generation.config().variant().variantName();
    }

    /// Whether no worker took calls when that was last written down, up to a second ago.
    public boolean isWithoutCapacity() {
        return generation.currentInstances() == 0;
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the endpoint only answers in real time
    AsyncInferenceConfig requireAsynchronous() {
        AsyncInferenceConfig config = generation.config().asyncInference();
        if (config == null) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "Endpoint " + name + " does not support asynchronous inference: its config has no"
                            + " AsyncInferenceConfig.");
        }
        return config;
    }
}

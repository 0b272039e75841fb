package dev.millrace.gateway.accept;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.VariantName;

/// An endpoint that takes calls, with the generation that takes them.
public record ServingEndpoint(EndpointName name, Generation generation) {
    public GenerationId generationId() {
        return generation.id();
    }

    public VariantName variant() {
        return generation.config().variant().variantName();
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

package dev.millrace.invocation;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One call, as it travels on the queue.
///
/// @param inferenceId the client's id, or the invocation id's text when the client gave none
/// @param contentType of the input, or null when the caller named none
/// @param accept the wanted type of the output, or null
/// @param customAttributes forwarded to the model unread, at most 1,024 visible ASCII characters, or null
/// @param acceptedAt by the gateway's clock
/// @param expiresAt when a request that has not started is given up (`RequestTTLSeconds`)
/// @param invocationTimeout how long the model may take (`InvocationTimeoutSeconds`)
/// @param isRepeat true when an earlier try may have been queued already: the worker looks for the output first
/// @param traceParent the caller's W3C trace context, or null
public record InferenceRequest(
        InvocationId invocationId,
        InferenceId inferenceId,
        EndpointName endpoint,
        VariantName variant,
        InferenceInput input,
        @Nullable String contentType,
        @Nullable String accept,
        @Nullable String customAttributes,
        Instant acceptedAt,
        Instant expiresAt,
        Duration invocationTimeout,
        Delivery delivery,
        boolean isRepeat,
        @Nullable String traceParent) {

    /// The same request, to be queued once more.
    public InferenceRequest asRepeat() {
        return new InferenceRequest(
                invocationId,
                inferenceId,
                endpoint,
                variant,
                input,
                contentType,
                accept,
                customAttributes,
                acceptedAt,
                expiresAt,
                invocationTimeout,
                delivery,
                true,
                traceParent);
    }
}

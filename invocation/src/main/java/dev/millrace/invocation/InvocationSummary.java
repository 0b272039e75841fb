package dev.millrace.invocation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a reader of events must know of a request without the request itself: enough for status and
/// notifications.
///
/// @param inputLocation null when the input rode in the record
public record InvocationSummary(
        InvocationId invocationId,
        InferenceId inferenceId,
        EndpointName endpoint,
        VariantName variant,
        @Nullable ObjectLocation inputLocation,
        ObjectLocation outputLocation,
        ObjectLocation failureLocation,
        @Nullable String contentType,
        @Nullable String accept,
        @Nullable String webhookUrl,
        @Nullable String resultTopic,
        Instant acceptedAt) {

    /// @throws IllegalArgumentException when the request is a real-time one, which publishes no events
    public static InvocationSummary of(InferenceRequest request) {
        return switch (request.delivery()) {
            case Delivery.Asynchronous(
                    ObjectLocation output,
                    ObjectLocation failure,
                    String webhookUrl,
                    String resultTopic) ->
                new InvocationSummary(
                        request.invocationId(),
                        request.inferenceId(),
                        request.endpoint(),
                        request.variant(),
                        switch (request.input()) {
                            case InferenceInput.Inline _ -> null;
                            case InferenceInput.Stored(ObjectLocation location, boolean _) -> location;
                        },
                        output,
                        failure,
                        request.contentType(),
                        request.accept(),
                        webhookUrl,
                        resultTopic,
                        request.acceptedAt());
            case Delivery.RealTime _ -> throw new IllegalArgumentException("a real-time call publishes no events");
        };
    }
}

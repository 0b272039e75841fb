package dev.millrace.gateway.realtime;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceId;
import org.jspecify.annotations.Nullable;

/// What a caller who waits asks for, apart from the input.
///
/// @param targetVariant the variant that must answer, or null for any
/// @param component the inference component that must answer, or null
public record RealTimeCall(
        EndpointName endpoint,
        @Nullable InferenceId inferenceId,
        @Nullable String contentType,
        @Nullable String accept,
        @Nullable String customAttributes,
        @Nullable String targetVariant,
        @Nullable String component,
        @Nullable String traceParent) {}

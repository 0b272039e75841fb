package dev.millrace.controlplane;

import dev.millrace.invocation.VariantName;
import org.jspecify.annotations.Nullable;

/// The model that an endpoint config runs, and on how much.
///
/// @param modelName null where the variant hosts inference components
/// @param instanceType a row of [InstanceTypes]
/// @param managedInstanceScaling null when the config sets no bounds of its own
/// @param modelDownloadTimeoutSeconds how long fetching the artifact may take, or null for the default
/// @param startupTimeoutSeconds how long the model may take until it is ready, or null for the default
public record ProductionVariant(
        VariantName variantName,
        @Nullable String modelName,
        String instanceType,
        int initialInstanceCount,
        double initialWeight,
        @Nullable ManagedInstanceScaling managedInstanceScaling,
        @Nullable Integer modelDownloadTimeoutSeconds,
        @Nullable Integer startupTimeoutSeconds) {
    /// Bounds that the config itself sets.
    ///
    /// @param min null when not given
    /// @param max null when not given
    public record ManagedInstanceScaling(
            boolean isEnabled,
            @Nullable Integer min,
            @Nullable Integer max) {}
}

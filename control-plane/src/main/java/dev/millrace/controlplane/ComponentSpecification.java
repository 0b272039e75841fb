package dev.millrace.controlplane;

import org.jspecify.annotations.Nullable;

/// What one copy of an inference component takes of its instance, and how long it may take to start.
///
/// @param minMemoryMb reserved on the instance
/// @param maxMemoryMb what the copy's worker may use, or null for the memory of the instance
/// @param cpuCores reserved on the instance, or null for none
/// @param accelerators reserved on the instance, or null for none
/// @param modelDownloadTimeoutSeconds how long fetching the artifact may take, or null for the default
/// @param startupTimeoutSeconds how long the model may take until it is ready, or null for the default
public record ComponentSpecification(
        int minMemoryMb,
        @Nullable Integer maxMemoryMb,
        @Nullable Double cpuCores,
        @Nullable Double accelerators,
        @Nullable Integer modelDownloadTimeoutSeconds,
        @Nullable Integer startupTimeoutSeconds) {}

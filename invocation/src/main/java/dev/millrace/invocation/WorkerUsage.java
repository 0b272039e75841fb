package dev.millrace.invocation;

import org.jspecify.annotations.Nullable;

/// What a worker's process takes of its host's machine.
///
/// @param cores that it kept busy, on the average of the last seconds
/// @param residentBytes of memory, or null where the system does not say
public record WorkerUsage(double cores, @Nullable Long residentBytes) {}

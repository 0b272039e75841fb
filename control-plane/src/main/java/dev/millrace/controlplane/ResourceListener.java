package dev.millrace.controlplane;

import org.jspecify.annotations.Nullable;

/// Told of changes of resources of one kind, by one thread, one call at a time.
///
/// Changes of one resource that come faster than the listener takes them are told once, as the newest.
///
/// @param <R> the documents
@FunctionalInterface
public interface ResourceListener<R extends Resource> {
    /// @param resource as it is now, or null when it is gone
    void onChange(String name, @Nullable R resource);
}

package dev.millrace.controller;

import static dev.millrace.controlplane.ResourceKind.DELETED_ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.ENDPOINT;

import dev.millrace.controlplane.DeletedEndpointResource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.EndpointName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;

/// Forgets endpoints that were deleted so long ago that nothing is owed for their calls any more.
final class DeletedEndpointSweep {
    private final ResourceCatalog catalog;
    private final Duration retention;
    private final InstantSource clock;

    DeletedEndpointSweep(ResourceCatalog catalog, Duration retention, InstantSource clock) {
        this.catalog = catalog;
        this.retention = retention;
        this.clock = clock;
    }

    /// @param owns whether the caller alone may forget endpoints of that name
    void sweep(Predicate<EndpointName> owns) {
        Instant oldest = clock.instant().minus(retention);
        for (DeletedEndpointResource deleted : catalog.all(DELETED_ENDPOINT)) {
            DeletedEndpointResource kept = deleted.since(oldest);
            if (!owns.test(deleted.endpoint()) || kept.equals(deleted)) {
                continue;
            }
            // A living endpoint may be added at any moment, and what is added must not be deleted.
            if (kept.incarnations().isEmpty()
                    && catalog.load(ENDPOINT, deleted.name()).isEmpty()) {
                var _ = catalog.delete(DELETED_ENDPOINT, deleted.name());
            } else {
                var _ = catalog.update(DELETED_ENDPOINT, deleted.name(), each -> each.since(oldest));
            }
        }
    }
}

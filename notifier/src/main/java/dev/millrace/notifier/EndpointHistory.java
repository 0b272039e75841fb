package dev.millrace.notifier;

import dev.millrace.controlplane.EndpointIncarnation;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.runtime.Secret;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/// The endpoints that calls were made to, those deleted since among them.
///
/// Deliveries name the endpoint and do not carry its secret, so that the secret is kept in one place only.
final class EndpointHistory {
    private final ResourceCatalog catalog;

    EndpointHistory(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    /// The endpoint of that name that accepted a call then; empty when it was deleted too long ago. May block.
    ///
    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` when that cannot be told now
    Optional<EndpointIncarnation> thatAccepted(EndpointName name, Instant at) {
        return find(name, incarnation -> incarnation.accepted(at));
    }

    /// The secret of the endpoint of that name that was created then; as [#thatAccepted].
    Optional<Secret> webhookSecret(EndpointName name, Instant createdAt) {
        return find(name, incarnation -> incarnation.createdAt().equals(createdAt))
                .map(EndpointIncarnation::webhookSecret);
    }

    private Optional<EndpointIncarnation> find(EndpointName name, Predicate<EndpointIncarnation> fits) {
        return catalog.find(ResourceKind.ENDPOINT, name.value())
                .map(EndpointIncarnation::of)
                .filter(fits)
                .or(() -> catalog.find(ResourceKind.DELETED_ENDPOINT, name.value())
                        .flatMap(deleted -> deleted.find(fits)))
                // The announcement that the endpoint is gone may be here before the one of what is kept of it.
                .or(() -> catalog.load(ResourceKind.DELETED_ENDPOINT, name.value())
                        .flatMap(deleted -> deleted.find(fits)));
    }
}

package dev.millrace.controlplane;

import dev.millrace.invocation.EndpointName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What is kept of the deleted endpoints of one name, so that what is still owed for their calls reaches those who
/// asked,
/// signed with the secret that they know.
///
/// @param incarnations in the order of their deletion
public record DeletedEndpointResource(
        EndpointName endpoint, String arn, long revision, Instant createdAt, List<EndpointIncarnation> incarnations)
        implements Resource {
    public DeletedEndpointResource {
        incarnations = List.copyOf(incarnations);
    }

    /// The first of its name to be kept.
    public static DeletedEndpointResource of(EndpointResource endpoint, Instant deletedAt) {
        return new DeletedEndpointResource(
                endpoint.endpoint(),
                endpoint.arn(),
                0,
                deletedAt,
                List.of(EndpointIncarnation.of(endpoint).deleted(deletedAt)));
    }

    @Override
    public String name() {
        return endpoint.value();
    }

    /// The one that fits, the youngest where several do.
    public Optional<EndpointIncarnation> find(Predicate<EndpointIncarnation> fits) {
        return incarnations.stream().filter(fits).max(Comparator.comparing(EndpointIncarnation::createdAt));
    }

    public boolean holds(EndpointResource deleted) {
        return incarnations.stream().anyMatch(each -> each.createdAt().equals(deleted.createdAt()));
    }

    /// With one more, unless it is there.
    public DeletedEndpointResource with(EndpointResource deleted, Instant deletedAt) {
        return holds(deleted)
                ? this
                : withIncarnations(Stream.concat(
                                incarnations.stream(),
                                Stream.of(EndpointIncarnation.of(deleted).deleted(deletedAt)))
                        .toList());
    }

    /// Without those deleted before then.
    public DeletedEndpointResource since(Instant oldest) {
        return withIncarnations(incarnations.stream()
                .filter(each -> each.deletedAt() == null || !each.deletedAt().isBefore(oldest))
                .toList());
    }

    @Override
    public DeletedEndpointResource withRevision(long newRevision) {
        return new DeletedEndpointResource(endpoint, arn, newRevision, createdAt, incarnations);
    }

    private DeletedEndpointResource withIncarnations(List<EndpointIncarnation> changed) {
        return new DeletedEndpointResource(endpoint, arn, revision, createdAt, changed);
    }
}

package dev.millrace.controlplane;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.runtime.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// An endpoint and its deployments. The operations write what is wanted, the controller what is.
///
/// @param configName of the serving generation, or of the pending one while the first is being made
/// @param failureReason why it failed or was rolled back, or null
/// @param serving takes new calls; null while creating and after a failed creation
/// @param pending being brought up; null when nothing is changing
/// @param draining take no new calls and finish what they have
/// @param webhookSecret `whsec_…`, as Standard Webhooks writes it
/// @param lastDeploymentConfig of the last create or update, or null
/// @param request every modelled member of `CreateEndpoint` as it was given, but for tags; read it, never change it
public record EndpointResource(
        EndpointName endpoint,
        String arn,
        long revision,
        String configName,
        EndpointStatus status,
        @Nullable String failureReason,
        Instant createdAt,
        Instant lastModifiedAt,
        @Nullable Generation serving,
        @Nullable Generation pending,
        List<Generation> draining,
        Secret webhookSecret,
        @Nullable ObjectNode lastDeploymentConfig,
        ObjectNode request)
        implements TaggedResource {
    private static final int MAX_REASON = 1024;

    public EndpointResource {
        draining = List.copyOf(draining);
        if (failureReason != null && failureReason.length() > MAX_REASON) {
            failureReason = failureReason.substring(0, MAX_REASON);
        }
    }

    @Override
    public String name() {
        return endpoint.value();
    }

    /// Every generation that still has a queue.
    public List<Generation> generations() {
        return Stream.concat(Stream.of(serving, pending).flatMap(Stream::ofNullable), draining.stream())
                .toList();
    }

    public Optional<Generation> generation(GenerationId id) {
        return generations().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /// A new deployment is wanted; the serving one serves on.
    public EndpointResource updating(Generation next, @Nullable ObjectNode deploymentConfig, Instant at) {
        return new EndpointResource(
                endpoint,
                arn,
                revision,
                configName,
                EndpointStatus.UPDATING,
                null,
                createdAt,
                at,
                serving,
                next,
                draining,
                webhookSecret,
                deploymentConfig,
                request);
    }

    /// The pending generation takes the calls from now on; the one that served before drains.
    ///
    /// @throws IllegalStateException when nothing is pending
    public EndpointResource promoted(Instant at) {
        if (pending == null) {
            throw new IllegalStateException("endpoint " + endpoint + " has no pending generation");
        }
        return new EndpointResource(
                endpoint,
                arn,
                revision,
                pending.config().name(),
                EndpointStatus.IN_SERVICE,
                null,
                createdAt,
                at,
                pending,
                null,
                drainingWith(serving),
                webhookSecret,
                lastDeploymentConfig,
                request);
    }

    /// The pending generation did not get healthy: it drains and the serving one goes on, or the endpoint is
    /// `Failed` when none serves.
    public EndpointResource abandoned(String reason, Instant at) {
        return new EndpointResource(
                endpoint,
                arn,
                revision,
                configName,
                serving == null ? EndpointStatus.FAILED : EndpointStatus.IN_SERVICE,
                reason,
                createdAt,
                at,
                serving,
                null,
                drainingWith(pending),
                webhookSecret,
                lastDeploymentConfig,
                request);
    }

    /// With another status and reason; its generations stay.
    public EndpointResource withStatus(EndpointStatus newStatus, @Nullable String reason, Instant at) {
        return new EndpointResource(
                endpoint,
                arn,
                revision,
                configName,
                newStatus,
                reason,
                createdAt,
                at,
                serving,
                pending,
                draining,
                webhookSecret,
                lastDeploymentConfig,
                request);
    }

    /// With that generation changed wherever it stands; `lastModifiedAt` stays, since nothing asked for was
    /// changed.
    public EndpointResource withGeneration(GenerationId id, UnaryOperator<Generation> change) {
        return withGenerations(
                serving != null && serving.id().equals(id) ? change.apply(serving) : serving,
                pending != null && pending.id().equals(id) ? change.apply(pending) : pending,
                draining.stream()
                        .map(each -> each.id().equals(id) ? change.apply(each) : each)
                        .toList());
    }

    /// Without a draining generation whose queue is gone.
    public EndpointResource drained(GenerationId id) {
        return withGenerations(
                serving,
                pending,
                draining.stream().filter(each -> !each.id().equals(id)).toList());
    }

    @Override
    public EndpointResource withRequest(ObjectNode newRequest) {
        return new EndpointResource(
                endpoint,
                arn,
                revision,
                configName,
                status,
                failureReason,
                createdAt,
                lastModifiedAt,
                serving,
                pending,
                draining,
                webhookSecret,
                lastDeploymentConfig,
                newRequest);
    }

    @Override
    public EndpointResource withRevision(long newRevision) {
        return new EndpointResource(
                endpoint,
                arn,
                newRevision,
                configName,
                status,
                failureReason,
                createdAt,
                lastModifiedAt,
                serving,
                pending,
                draining,
                webhookSecret,
                lastDeploymentConfig,
                request);
    }

    private EndpointResource withGenerations(
            @Nullable Generation newServing, @Nullable Generation newPending, List<Generation> newDraining) {
        return new EndpointResource(
                endpoint,
                arn,
                revision,
                configName,
                status,
                failureReason,
                createdAt,
                lastModifiedAt,
                newServing,
                newPending,
                newDraining,
                webhookSecret,
                lastDeploymentConfig,
                request);
    }

    private List<Generation> drainingWith(@Nullable Generation leaving) {
        if (leaving == null) {
            return draining;
        }
        var all = new ArrayList<>(draining);
        all.add(leaving);
        return all;
    }
}

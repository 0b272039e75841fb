package dev.millrace.controlplane;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.runtime.Secret;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// An endpoint and its deployments.
///
/// @param configName of the serving generation, or of the pending one while the first is being made
/// @param failureReason why it failed or was rolled back, or null
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
        Rollout rollout,
        Secret webhookSecret,
        @Nullable ObjectNode lastDeploymentConfig,
        ObjectNode request)
        implements Deployed<EndpointResource> {
    private static final int MAX_REASON = 1024;

    public EndpointResource {
        if (failureReason != null && failureReason.length() > MAX_REASON) {
            failureReason = failureReason.substring(0, MAX_REASON);
        }
    }

    @Override
    public String name() {
        return endpoint.value();
    }

    @Override
    public ResourceKind<EndpointResource> kind() {
        return ResourceKind.ENDPOINT;
    }

    @Override
    public String statusName() {
        return status.wireName();
    }

    @Override
    public boolean isDeleting() {
        return status == EndpointStatus.DELETING;
    }

    /// A new deployment is wanted; the serving one serves on.
    public EndpointResource updating(Generation next, @Nullable ObjectNode deploymentConfig, Instant at) {
        return with(EndpointStatus.UPDATING, null, at, rollout.withPending(next), configName, deploymentConfig);
    }

    @Override
    public EndpointResource promoted(Instant at) {
        Rollout next = rollout.promoted();
        Generation serving = next.serving();
        return with(
                EndpointStatus.IN_SERVICE,
                null,
                at,
                next,
                serving == null ? configName : serving.config().name(),
                lastDeploymentConfig);
    }

    @Override
    public EndpointResource abandoned(String reason, Instant at) {
        return with(
                serving() == null ? EndpointStatus.FAILED : EndpointStatus.IN_SERVICE,
                reason,
                at,
                rollout.abandoned(),
                configName,
                lastDeploymentConfig);
    }

    /// With another status and reason; its generations stay.
    public EndpointResource withStatus(EndpointStatus newStatus, @Nullable String reason, Instant at) {
        return with(newStatus, reason, at, rollout, configName, lastDeploymentConfig);
    }

    @Override
    public EndpointResource withGeneration(GenerationId id, UnaryOperator<Generation> change) {
        return with(status, failureReason, lastModifiedAt, rollout.with(id, change), configName, lastDeploymentConfig);
    }

    @Override
    public EndpointResource drained(GenerationId id) {
        return with(status, failureReason, lastModifiedAt, rollout.drained(id), configName, lastDeploymentConfig);
    }

    @Override
    public EndpointResource withReason(@Nullable String reason) {
        return withStatus(status, reason, lastModifiedAt);
    }

    @Override
    public EndpointResource settled(@Nullable String reason, Instant at) {
        return isSettling() ? withStatus(EndpointStatus.IN_SERVICE, reason, at) : this;
    }

    @Override
    public boolean isSettling() {
        return status == EndpointStatus.UPDATING && pending() == null;
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
                rollout,
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
                rollout,
                webhookSecret,
                lastDeploymentConfig,
                request);
    }

    private EndpointResource with(
            EndpointStatus newStatus,
            @Nullable String newReason,
            Instant modifiedAt,
            Rollout newRollout,
            String newConfigName,
            @Nullable ObjectNode newDeploymentConfig) {
        return new EndpointResource(
                endpoint,
                arn,
                revision,
                newConfigName,
                newStatus,
                newReason,
                createdAt,
                modifiedAt,
                newRollout,
                webhookSecret,
                newDeploymentConfig,
                request);
    }
}

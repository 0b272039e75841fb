package dev.millrace.controlplane;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.VariantName;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A model on a part of an endpoint's instances, with a queue and workers of its own: each copy is one worker.
///
/// @param failureReason why it failed or was rolled back, or null
/// @param copyCount copies that were asked for at first; the generation says what was asked for since
/// @param lastDeploymentConfig of the last update, or null
/// @param request every modelled member of `CreateInferenceComponent` as given, with what updates changed; read
///     it, never change it
public record InferenceComponentResource(
        String name,
        String arn,
        long revision,
        EndpointName endpoint,
        VariantName variant,
        ComponentStatus status,
        @Nullable String failureReason,
        Instant createdAt,
        Instant lastModifiedAt,
        int copyCount,
        Rollout rollout,
        @Nullable ObjectNode lastDeploymentConfig,
        ObjectNode request)
        implements Deployed<InferenceComponentResource> {
    private static final int MAX_REASON = 1024;

    public InferenceComponentResource {
        if (failureReason != null && failureReason.length() > MAX_REASON) {
            failureReason = failureReason.substring(0, MAX_REASON);
        }
    }

    @Override
    public ResourceKind<InferenceComponentResource> kind() {
        return ResourceKind.INFERENCE_COMPONENT;
    }

    @Override
    public String statusName() {
        return status.wireName();
    }

    @Override
    public boolean isDeleting() {
        return status == ComponentStatus.DELETING;
    }

    /// `DesiredCopyCount`: what was asked for last, by whomever.
    public int desiredCopies() {
        Generation shown = rollout.shown();
        Integer wanted = shown == null ? null : shown.wantedInstances();
        return wanted == null ? copyCount : wanted;
    }

    /// `CurrentCopyCount`: copies that take calls.
    public int currentCopies() {
        Generation serving = serving();
        return serving == null ? 0 : serving.currentInstances();
    }

    /// Another model or other requirements are wanted; what serves serves on.
    public InferenceComponentResource updating(
            Generation next, @Nullable ObjectNode deploymentConfig, ObjectNode newRequest, Instant at) {
        return with(ComponentStatus.UPDATING, null, at, rollout.withPending(next), deploymentConfig, newRequest);
    }

    /// Another count of copies is wanted; carried out when the controller says so.
    public InferenceComponentResource resizing(GenerationId serving, int copies, Instant at) {
        return with(
                ComponentStatus.UPDATING,
                null,
                at,
                rollout.with(serving, each -> each.withWanted(copies, at)),
                lastDeploymentConfig,
                request);
    }

    @Override
    public InferenceComponentResource promoted(Instant at) {
        return with(ComponentStatus.IN_SERVICE, null, at, rollout.promoted(), lastDeploymentConfig, request);
    }

    @Override
    public InferenceComponentResource abandoned(String reason, Instant at) {
        return with(
                serving() == null ? ComponentStatus.FAILED : ComponentStatus.IN_SERVICE,
                reason,
                at,
                rollout.abandoned(),
                lastDeploymentConfig,
                request);
    }

    public InferenceComponentResource withStatus(ComponentStatus newStatus, @Nullable String reason, Instant at) {
        return with(newStatus, reason, at, rollout, lastDeploymentConfig, request);
    }

    @Override
    public InferenceComponentResource withGeneration(GenerationId id, UnaryOperator<Generation> change) {
        return with(status, failureReason, lastModifiedAt, rollout.with(id, change), lastDeploymentConfig, request);
    }

    @Override
    public InferenceComponentResource drained(GenerationId id) {
        return with(status, failureReason, lastModifiedAt, rollout.drained(id), lastDeploymentConfig, request);
    }

    @Override
    public InferenceComponentResource withReason(@Nullable String reason) {
        return withStatus(status, reason, lastModifiedAt);
    }

    @Override
    public InferenceComponentResource settled(@Nullable String reason, Instant at) {
        return isSettling() ? withStatus(ComponentStatus.IN_SERVICE, reason, at) : this;
    }

    @Override
    public boolean isSettling() {
        return status == ComponentStatus.UPDATING && pending() == null;
    }

    @Override
    public InferenceComponentResource withRequest(ObjectNode newRequest) {
        return with(status, failureReason, lastModifiedAt, rollout, lastDeploymentConfig, newRequest);
    }

    @Override
    public InferenceComponentResource withRevision(long newRevision) {
        return new InferenceComponentResource(
                name,
                arn,
                newRevision,
                endpoint,
                variant,
                status,
                failureReason,
                createdAt,
                lastModifiedAt,
                copyCount,
                rollout,
                lastDeploymentConfig,
                request);
    }

    private InferenceComponentResource with(
            ComponentStatus newStatus,
            @Nullable String newReason,
            Instant modifiedAt,
            Rollout newRollout,
            @Nullable ObjectNode newDeploymentConfig,
            ObjectNode newRequest) {
        return new InferenceComponentResource(
                name,
                arn,
                revision,
                endpoint,
                variant,
                newStatus,
                newReason,
                createdAt,
                modifiedAt,
                copyCount,
                newRollout,
                newDeploymentConfig,
                newRequest);
    }
}

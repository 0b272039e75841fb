package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.INFERENCE_COMPONENT;
import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;
import static dev.millrace.controlplane.ResourceKind.SCALING_ACTIVITIES;
import static dev.millrace.controlplane.ResourceKind.SCALING_POLICY;
import static dev.millrace.controlplane.ResourceKind.SCHEDULED_ACTION;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.Resource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetId.Scaled;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingActivitiesResource;
import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.ScheduledActionResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Scalable targets and all that belongs to them, as documents. Thread-safe; changes block.
public final class ScalableTargets {
    private final ResourceCatalog catalog;
    private final PolicyAlarms alarms;

    public ScalableTargets(ResourceCatalog catalog, PolicyAlarms alarms) {
        this.catalog = catalog;
        this.alarms = alarms;
    }

    /// What another process made a moment ago may not have been announced to this one.
    public Optional<ScalableTargetResource> find(ScalableTargetId id) {
        return catalog.find(SCALABLE_TARGET, id.name()).or(() -> catalog.load(SCALABLE_TARGET, id.name()));
    }

    /// @throws PlatformException `RESOURCE_NOT_FOUND` in the API's words
    ScalableTargetResource require(ScalableTargetId id) {
        return find(id).orElseThrow(() -> missing("No scalable target registered", id));
    }

    public List<ScalingPolicyResource> policies(ScalableTargetResource target) {
        return catalog.all(SCALING_POLICY).stream()
                .filter(policy -> policy.targetArn().equals(target.arn()))
                .toList();
    }

    public List<ScheduledActionResource> scheduledActions(ScalableTargetResource target) {
        return catalog.all(SCHEDULED_ACTION).stream()
                .filter(action -> action.targetArn().equals(target.arn()))
                .toList();
    }

    /// Removes the target with its policies, their alarms and its scheduled actions, and leaves the
    /// capacity to Millrace's own scaler; the activities stay. May run twice; the target goes last, so
    /// that a repeat finds what is left.
    public void deregister(ScalableTargetResource target, Instant now) {
        policies(target).forEach(this::delete);
        scheduledActions(target).forEach(action -> catalog.delete(SCHEDULED_ACTION, action.name()));
        release(target.id(), now);
        catalog.delete(SCALABLE_TARGET, target.name());
    }

    private void release(ScalableTargetId id, Instant now) {
        switch (id.scaled()) {
            case Scaled.Variant(var endpoint, var _) ->
                catalog.update(ENDPOINT, endpoint.value(), each -> uncounted(each, now));
            case Scaled.Component(String name) ->
                catalog.update(INFERENCE_COMPONENT, name, each -> uncounted(each, now));
        }
    }

    private static <D extends Deployed<D>> D uncounted(D deployed, Instant now) {
        Generation serving = deployed.serving();
        return serving == null || serving.wantedInstances() == null
                ? deployed
                : deployed.withGeneration(serving.id(), each -> each.withWanted(null, now));
    }

    /// Removes a policy and the alarms that the platform keeps for it.
    public void delete(ScalingPolicyResource policy) {
        alarms.delete(policy.alarmNames());
        catalog.delete(SCALING_POLICY, policy.name());
    }

    /// Writes an activity down; writing it twice leaves it there once.
    public void record(ScalableTargetResource target, ScalingActivity activity) {
        if (catalog.update(SCALING_ACTIVITIES, target.name(), log -> log.with(activity))
                .isPresent()) {
            return;
        }
        var first =
                new ScalingActivitiesResource(target.id(), target.arn(), 0, activity.startTime(), List.of(activity));
        try {
            catalog.create(SCALING_ACTIVITIES, first);
        } catch (PlatformException e) {
            if (e.code() != ErrorCode.RESOURCE_CONFLICT) {
                throw e;
            }
            catalog.update(SCALING_ACTIVITIES, target.name(), log -> log.with(activity));
        }
    }

    /// Stores a new resource, unless another request was faster.
    ///
    /// @throws PlatformException `RESOURCE_CONFLICT`, which clients know as `ConcurrentUpdateException`
    <R extends Resource> R create(ResourceKind<R> kind, R resource) {
        try {
            return catalog.create(kind, resource);
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.RESOURCE_CONFLICT) {
                throw new PlatformException(e.code(), "Another request is changing this object. Try again.", e);
            }
            throw e;
        }
    }

    static PlatformException missing(String what, ScalableTargetId id) {
        return new PlatformException(
                ErrorCode.RESOURCE_NOT_FOUND,
                what + " for service namespace: " + ScalableTargetId.SERVICE_NAMESPACE + ", resource ID: "
                        + id.resourceId() + ", scalable dimension: "
                        + id.dimension().wireName());
    }

    /// The name of the document of something that has a name of its own within a target; such names
    /// may hold anything.
    static String documentName(ScalableTargetId target, String name) {
        return target.name() + "." + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}

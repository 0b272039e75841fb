package dev.millrace.controlplane;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What has queues and workers: an endpoint, or an inference component of one.
///
/// The operations write what is wanted, the controller what is.
///
/// @param <D> the resource itself
public sealed interface Deployed<D extends Deployed<D>> extends TaggedResource
        permits EndpointResource, InferenceComponentResource {
    ResourceKind<D> kind();

    /// The endpoint that the calls name.
    EndpointName endpoint();

    Rollout rollout();

    /// In the API's words.
    String statusName();

    boolean isDeleting();

    /// Why it failed, was rolled back or has to wait, or null.
    @Nullable
    String failureReason();

    Instant lastModifiedAt();

    /// The pending generation takes the calls from now on; the one that served before drains.
    ///
    /// @throws IllegalStateException when nothing is pending
    D promoted(Instant at);

    /// The pending generation did not get healthy: it drains and the serving one goes on, or the resource is
    /// `Failed` when none serves.
    D abandoned(String reason, Instant at);

    /// With that generation changed wherever it stands; `lastModifiedAt` stays, since nothing asked for was
    /// changed.
    D withGeneration(GenerationId id, UnaryOperator<Generation> change);

    /// Without a draining generation whose queue is gone.
    D drained(GenerationId id);

    /// With another reason and the same status.
    D withReason(@Nullable String reason);

    /// A change of its capacity that was asked for is carried out, or given up for that reason.
    D settled(@Nullable String reason, Instant at);

    /// Whether a change of capacity is being carried out that holds up other changes.
    boolean isSettling();

    default @Nullable Generation serving() {
        return rollout().serving();
    }

    default @Nullable Generation pending() {
        return rollout().pending();
    }

    default List<Generation> draining() {
        return rollout().draining();
    }

    /// Every generation that still has a queue.
    default List<Generation> generations() {
        return rollout().generations();
    }
}

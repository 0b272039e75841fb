package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.INFERENCE_COMPONENT;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetId.Scaled;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// What a scalable target scales, as it is now.
///
/// @param serving the generation whose workers are counted
record ScaledDeployment(ResourceCatalog catalog, Deployed<?> deployed, Generation serving) {
    /// What the target is about, or empty when it is gone.
    static Optional<Deployed<?>> deployed(ResourceCatalog catalog, ScalableTargetId target) {
        Optional<? extends Deployed<?>> found = switch (target.scaled()) {
            case Scaled.Variant(var endpoint, var _) -> catalog.find(ENDPOINT, endpoint.value());
            case Scaled.Component(String name) -> catalog.find(INFERENCE_COMPONENT, name);
        };
        return found.map(each -> each);
    }

    /// Empty while there are no workers to count: nothing serves yet, or only components do.
    static Optional<ScaledDeployment> of(ResourceCatalog catalog, Deployed<?> deployed) {
        Generation serving = deployed.serving();
        return serving == null || serving.isHost() || deployed.isDeleting()
                ? Optional.empty()
                : Optional.of(new ScaledDeployment(catalog, deployed, serving));
    }

    /// Whether a count was asked for; if not, Millrace's own scaler decides.
    boolean isCounted() {
        return serving.wantedInstances() != null;
    }

    /// How many workers there shall be now. What a call woke where none were asked for does not count: it leaves
    /// again by itself, and a policy that adds one makes it stay.
    int capacity() {
        Integer wanted = serving.wantedInstances();
        return wanted == null ? serving.desiredInstances() : wanted;
    }

    /// Asks for a count; asking for the same twice changes nothing. Blocks.
    void ask(int capacity, Instant now) {
        if (!Objects.equals(serving.wantedInstances(), capacity)) {
            ask(catalog, deployed, serving, capacity, now);
        }
    }

    private static <D extends Deployed<D>> void ask(
            ResourceCatalog catalog, Deployed<D> deployed, Generation serving, int capacity, Instant now) {
        catalog.update(
                deployed.kind(),
                deployed.name(),
                document -> document.withGeneration(
                        serving.id(),
                        each -> Objects.equals(each.wantedInstances(), capacity)
                                ? each
                                : each.withWanted(capacity, now)));
    }
}

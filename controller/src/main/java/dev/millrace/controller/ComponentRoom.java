package dev.millrace.controller;

import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.INFERENCE_COMPONENT;

import dev.millrace.controlplane.ComponentSpecification;
import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ProductionVariant;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalingBounds;
import dev.millrace.invocation.EndpointName;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How many copies of an inference component the instances of its endpoint have room for, and how many instances
/// are in use.
///
/// Copies that are placed keep their room; what is left goes to whoever asks first.
final class ComponentRoom {
    /// More copies than any endpoint has; keeps a huge count from being packed one by one.
    private static final int MOST_COPIES = 1_000;

    private final ResourceCatalog catalog;
    private final PlacementBoard placements;
    private final ControlPlaneConfig config;

    ComponentRoom(ResourceCatalog catalog, PlacementBoard placements, ControlPlaneConfig config) {
        this.catalog = catalog;
        this.placements = placements;
        this.config = config;
    }

    /// Copies of the component that fit beside those of the others.
    ///
    /// @param wanted by its generation's specification
    int copies(InferenceComponentResource component, ComponentSpecification wanted) {
        Generation host = hostOf(component);
        if (host == null) {
            return 0;
        }
        InstancePacking packing = packing(host);
        of(component.endpoint()).stream()
                .filter(each -> !each.name().equals(component.name()))
                .forEach(each -> addPlaced(each, packing));
        return packing.add(wanted, MOST_COPIES);
    }

    /// The instances that an endpoint of components has: as many as hold its copies, at least its minimum.
    int instances(EndpointResource endpoint, Generation host) {
        InstancePacking packing = packing(host);
        of(endpoint.endpoint()).forEach(each -> addPlaced(each, packing));
        return Math.max(packing.used(), bounds(host).min());
    }

    /// The components of the endpoint, oldest first.
    List<InferenceComponentResource> of(EndpointName endpoint) {
        return catalog.all(INFERENCE_COMPONENT).stream()
                .filter(component -> component.endpoint().equals(endpoint))
                .sorted(Comparator.comparing(InferenceComponentResource::createdAt)
                        .thenComparing(InferenceComponentResource::name))
                .toList();
    }

    private void addPlaced(InferenceComponentResource component, InstancePacking packing) {
        for (Generation generation : component.generations()) {
            ComponentSpecification specification = generation.component();
            if (specification != null) {
                var key = new GenerationKey(component.endpoint(), generation.id());
                packing.add(specification, placements.workers(key).size());
            }
        }
    }

    private @Nullable Generation hostOf(InferenceComponentResource component) {
        return catalog.find(ENDPOINT, component.endpoint().value())
                .map(endpoint -> endpoint.rollout().shown())
                .filter(Generation::isHost)
                .orElse(null);
    }

    private InstancePacking packing(Generation host) {
        return new InstancePacking(
                config.instanceTypes().sizeOf(host.config().variant().instanceType()),
                bounds(host).max());
    }

    /// Without managed scaling an endpoint has the instances it was given, no more and no fewer.
    private ScalingBounds bounds(Generation host) {
        ProductionVariant variant = host.config().variant();
        Integer wanted = host.wantedInstances();
        ProductionVariant.ManagedInstanceScaling scaling = variant.managedInstanceScaling();
        if (scaling != null && scaling.isEnabled()) {
            return ScalingBounds.of(variant, config);
        }
        int given = wanted == null ? variant.initialInstanceCount() : wanted;
        return new ScalingBounds(given, given);
    }
}

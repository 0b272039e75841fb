package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetId.Scaled;
import dev.millrace.controlplane.ScalableTargetResource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which scalable target counts for an endpoint or a component, as of the last look. Thread-safe.
///
/// A target that names a variant which is not there stands for the only one; where that one has a
/// target of its own, that target counts, and among several substitutes the oldest.
public final class TargetsInForce {
    private final ResourceCatalog catalog;
    private volatile @Nullable Map<String, List<ScalableTargetResource>> byOwner;

    public TargetsInForce(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    void refresh() {
        byOwner = targets();
    }

    /// The target, with the bounds that it has now.
    public Optional<ScalableTargetResource> of(Deployed<?> deployed) {
        Map<String, List<ScalableTargetResource>> known = byOwner;
        if (known == null) {
            known = targets();
            byOwner = known;
        }
        return known.getOrDefault(deployed.kind() + "/" + deployed.name(), List.of()).stream()
                .min(Comparator.<ScalableTargetResource, Boolean>comparing(target -> !isNamed(target, deployed))
                        .thenComparing(ScalableTargetResource::createdAt)
                        .thenComparing(ScalableTargetResource::name))
                .flatMap(target -> catalog.find(SCALABLE_TARGET, target.name()));
    }

    private Map<String, List<ScalableTargetResource>> targets() {
        return catalog.all(SCALABLE_TARGET).stream()
                .collect(Collectors.groupingBy(target -> switch (target.id().scaled()) {
                    case Scaled.Variant(var endpoint, var _) -> "endpoint/" + endpoint;
                    case Scaled.Component(String name) -> "inference-component/" + name;
                }));
    }

    private static boolean isNamed(ScalableTargetResource target, Deployed<?> deployed) {
        Generation serving = deployed.serving();
        return switch (target.id().scaled()) {
            case Scaled.Variant(var _, var variant) ->
                serving != null && serving.config().variant().variantName().equals(variant);
            case Scaled.Component _ -> true;
        };
    }
}

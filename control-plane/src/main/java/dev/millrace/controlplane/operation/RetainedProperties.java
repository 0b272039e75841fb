package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InstanceCounts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What an update keeps of what callers and policies changed on the variant since its config was made, in place
/// of what the new config says.
///
/// @param isCountKept whether `DesiredInstanceCount` is
/// @param isWeightKept whether `DesiredWeight` is
record RetainedProperties(boolean isCountKept, boolean isWeightKept) {
    static RetainedProperties of(ObjectNode updateEndpoint) {
        boolean isKept = updateEndpoint.path("RetainAllVariantProperties").asBoolean(false);
        var excluded = updateEndpoint.path("ExcludeRetainedVariantProperties").values().stream()
                .map(each -> each.get("VariantPropertyType").stringValue())
                .toList();
        return new RetainedProperties(
                isKept && !excluded.contains("DesiredInstanceCount"), isKept && !excluded.contains("DesiredWeight"));
    }

    Generation carryOver(@Nullable Generation serving, Generation next) {
        if (serving == null
                || !serving.config()
                        .variant()
                        .variantName()
                        .equals(next.config().variant().variantName())) {
            return next;
        }
        InstanceCounts before = serving.instances();
        Generation counted =
                isCountKept ? next.withCounts(new InstanceCounts(0, 0, before.wanted(), before.wantedAt())) : next;
        return isWeightKept ? counted.withWeight(serving.weight()) : counted;
    }
}

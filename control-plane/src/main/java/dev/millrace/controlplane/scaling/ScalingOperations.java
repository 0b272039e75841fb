package dev.millrace.controlplane.scaling;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.Operation;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Every operation of Application Auto Scaling, in the order of the documentation.
public final class ScalingOperations {
    private ScalingOperations() {}

    /// @param random for ids: a secure one
    public static List<Operation> all(
            ResourceCatalog catalog, ControlPlaneConfig config, InstantSource clock, RandomGenerator random) {
        var alarms = new PolicyAlarms(catalog, config.arns());
        var scaled = new ScaledResources(catalog, config.arns());
        var parts =
                new ScalingParts(catalog, config, new ScalableTargets(catalog, alarms), alarms, scaled, clock, random);
        return Stream.of(
                        new TargetOperations(parts).all(),
                        new PolicyOperations(parts).all(),
                        new ActivityOperations(parts).all(),
                        new ScheduledActionOperations(parts).all(),
                        new TargetTagOperations(parts).all())
                .flatMap(List::stream)
                .toList();
    }
}

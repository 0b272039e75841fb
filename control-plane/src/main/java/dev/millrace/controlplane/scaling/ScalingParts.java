package dev.millrace.controlplane.scaling;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// What the operations work with.
record ScalingParts(
        ResourceCatalog catalog,
        ControlPlaneConfig config,
        ScalableTargets targets,
        PolicyAlarms alarms,
        ScaledResources scaled,
        InstantSource clock,
        RandomGenerator random) {
    /// To the millisecond, as clients see it.
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    UUID newId() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    /// @throws PlatformException `RESOURCE_LIMIT_EXCEEDED` when there are as many as there may be
    void requireRoom(String what, int count, int limit) {
        if (count >= limit) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_LIMIT_EXCEEDED,
                    "The limit of " + limit + " " + what + " is reached; there are " + count + ".");
        }
    }
}

package dev.millrace.controlplane.operation;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/// Times as the API keeps them.
final class Times {
    private Times() {}

    /// To the millisecond, as clients see it, so that a time that was shown can be used in a filter.
    static Instant now(InstantSource clock) {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}

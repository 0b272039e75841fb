package dev.millrace.controlplane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How many workers a generation has and shall have.
///
/// @param current workers that take requests, as last seen by the controller
/// @param desired workers that the controller wants
/// @param wanted how many somebody asked for, a caller or a scaling policy; null leaves it to the controller
/// @param wantedAt when they did, or null
public record InstanceCounts(
        int current,
        int desired,
        @Nullable Integer wanted,
        @Nullable Instant wantedAt) {
    public static final InstanceCounts NONE = new InstanceCounts(0, 0, null, null);

    InstanceCounts seen(int newCurrent, int newDesired) {
        return new InstanceCounts(newCurrent, newDesired, wanted, wantedAt);
    }

    InstanceCounts asked(@Nullable Integer newWanted, Instant at) {
        return new InstanceCounts(current, desired, newWanted, newWanted == null ? null : at);
    }
}

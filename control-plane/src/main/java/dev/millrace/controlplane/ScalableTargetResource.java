package dev.millrace.controlplane;

import java.time.Instant;
import java.util.Map;

/// Something whose capacity Application Auto Scaling may change, and between which bounds.
///
/// @param arn another one for each registration: what belongs to a target names it by this
/// @param boundsSetAt when the bounds were last set, by a registration or a scheduled action
/// @param tags as given
public record ScalableTargetResource(
        ScalableTargetId id,
        String arn,
        long revision,
        Instant createdAt,
        int minCapacity,
        int maxCapacity,
        SuspendedState suspended,
        Instant boundsSetAt,
        Map<String, String> tags)
        implements Resource {
    /// Which scaling is held back.
    ///
    /// @param in that policies would do
    /// @param out that policies would do
    /// @param scheduled changes of bounds by scheduled actions
    public record SuspendedState(boolean in, boolean out, boolean scheduled) {
        public static final SuspendedState NOTHING = new SuspendedState(false, false, false);
    }

    public ScalableTargetResource {
        tags = Map.copyOf(tags);
    }

    @Override
    public String name() {
        return id.name();
    }

    public ScalableTargetResource withBounds(int min, int max, Instant at) {
        return min == minCapacity && max == maxCapacity
                ? this
                : new ScalableTargetResource(id, arn, revision, createdAt, min, max, suspended, at, tags);
    }

    public ScalableTargetResource withSuspended(SuspendedState state) {
        return new ScalableTargetResource(
                id, arn, revision, createdAt, minCapacity, maxCapacity, state, boundsSetAt, tags);
    }

    public ScalableTargetResource withTags(Map<String, String> newTags) {
        return new ScalableTargetResource(
                id, arn, revision, createdAt, minCapacity, maxCapacity, suspended, boundsSetAt, newTags);
    }

    /// The capacity nearest to that one within the bounds.
    public int clamp(int capacity) {
        return Math.clamp(capacity, minCapacity, maxCapacity);
    }

    @Override
    public ScalableTargetResource withRevision(long newRevision) {
        return new ScalableTargetResource(
                id, arn, newRevision, createdAt, minCapacity, maxCapacity, suspended, boundsSetAt, tags);
    }
}

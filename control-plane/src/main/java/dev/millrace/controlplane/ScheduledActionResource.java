package dev.millrace.controlplane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A change of a scalable target's bounds at given times.
///
/// @param actionName unique within its target
/// @param targetArn of the registration that it belongs to; with another registration it is void
/// @param schedule `at(…)`, `rate(…)` or `cron(…)`
/// @param timezone an IANA name, or null for UTC
/// @param startTime before which it does nothing, or null
/// @param endTime after which it does nothing, or null
/// @param minCapacity the bound to set, or null to leave it
/// @param maxCapacity the bound to set, or null to leave it
/// @param changedAt when it was last put: times before this are not its
/// @param lastDueAt the last of its times that was seen to, or null
public record ScheduledActionResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        String actionName,
        ScalableTargetId target,
        String targetArn,
        String schedule,
        @Nullable String timezone,
        @Nullable Instant startTime,
        @Nullable Instant endTime,
        @Nullable Integer minCapacity,
        @Nullable Integer maxCapacity,
        Instant changedAt,
        @Nullable Instant lastDueAt)
        implements Resource {
    /// With one more of its times seen to.
    public ScheduledActionResource due(Instant at) {
        return new ScheduledActionResource(
                name,
                arn,
                revision,
                createdAt,
                actionName,
                target,
                targetArn,
                schedule,
                timezone,
                startTime,
                endTime,
                minCapacity,
                maxCapacity,
                changedAt,
                at);
    }

    /// As put again: keeps its identity and what it has seen to.
    public ScheduledActionResource replacedBy(ScheduledActionResource put) {
        return new ScheduledActionResource(
                name,
                arn,
                revision,
                createdAt,
                actionName,
                target,
                targetArn,
                put.schedule,
                put.timezone,
                put.startTime,
                put.endTime,
                put.minCapacity,
                put.maxCapacity,
                put.changedAt,
                lastDueAt);
    }

    @Override
    public ScheduledActionResource withRevision(long newRevision) {
        return new ScheduledActionResource(
                name,
                arn,
                newRevision,
                createdAt,
                actionName,
                target,
                targetArn,
                schedule,
                timezone,
                startTime,
                endTime,
                minCapacity,
                maxCapacity,
                changedAt,
                lastDueAt);
    }
}

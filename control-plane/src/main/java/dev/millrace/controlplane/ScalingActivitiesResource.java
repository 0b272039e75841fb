package dev.millrace.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The newest activities of one scalable target. Outlives the target, as in SageMaker.
///
/// @param arn of the target's last registration
/// @param activities newest first, bounded in number and age
public record ScalingActivitiesResource(
        ScalableTargetId target, String arn, long revision, Instant createdAt, List<ScalingActivity> activities)
        implements Resource {
    /// As long as SageMaker tells of them.
    public static final Duration KEEP = Duration.ofDays(42);

    private static final int MAX_SCALED = 100;
    private static final int MAX_NOT_SCALED = 20;

    public ScalingActivitiesResource {
        activities = List.copyOf(activities);
    }

    @Override
    public String name() {
        return target.name();
    }

    /// With one more, unless it is there; what did not scale is written once while it repeats itself.
    public ScalingActivitiesResource with(ScalingActivity activity) {
        boolean isThere = activities.stream().anyMatch(each -> each.id().equals(activity.id()));
        boolean isRepeated = activity.notScaled() != null
                && !activities.isEmpty()
                && activities.getFirst().repeats(activity);
        if (isThere || isRepeated) {
            return this;
        }
        Instant oldest = activity.startTime().minus(KEEP);
        Predicate<ScalingActivity> isScaled = each -> each.notScaled() == null;
        List<ScalingActivity> all = Stream.concat(Stream.of(activity), activities.stream())
                .filter(each -> each.startTime().isAfter(oldest))
                .toList();
        return new ScalingActivitiesResource(
                target,
                arn,
                revision,
                createdAt,
                Stream.concat(
                                all.stream().filter(isScaled).limit(MAX_SCALED),
                                all.stream().filter(isScaled.negate()).limit(MAX_NOT_SCALED))
                        .sorted(Comparator.comparing(ScalingActivity::startTime).reversed())
                        .toList());
    }

    @Override
    public ScalingActivitiesResource withRevision(long newRevision) {
        return new ScalingActivitiesResource(target, arn, newRevision, createdAt, activities);
    }
}

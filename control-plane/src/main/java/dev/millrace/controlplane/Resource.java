package dev.millrace.controlplane;

import java.time.Instant;

/// A document of the control plane. Immutable; a change is a new document with a higher revision.
public sealed interface Resource
        permits TaggedResource,
                DeletedEndpointResource,
                TopicResource,
                SubscriptionResource,
                AccessKeyResource,
                SigningKeysResource,
                AlarmResource,
                ScalableTargetResource,
                ScalingPolicyResource,
                ScheduledActionResource,
                ScalingActivitiesResource,
                AlarmHistoryResource {
    /// Unique within its kind.
    String name();

    String arn();

    /// Grows with every change, also over deletion and re-creation; set by [ResourceCatalog].
    long revision();

    Instant createdAt();

    Resource withRevision(long newRevision);
}

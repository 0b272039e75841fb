package dev.millrace.controlplane;

import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// An alarm on a metric.
///
/// @param configuredAt when the request was given last
/// @param state as last evaluated or set
/// @param actedAt the time of the transition whose actions were taken last: those of a later one are
///     still owed
/// @param tags kept without effect
/// @param request every modelled member of `PutMetricAlarm` but its tags, as it was given; read it,
///     never change it
public record AlarmResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        Instant configuredAt,
        AlarmState state,
        Instant actedAt,
        Map<String, String> tags,
        ObjectNode request)
        implements Resource {
    public AlarmResource {
        tags = Map.copyOf(tags);
    }

    /// A new alarm in the state of one that was never evaluated.
    public static AlarmResource of(String name, String arn, ObjectNode request, Instant now) {
        return new AlarmResource(name, arn, 0, now, now, AlarmState.initial(now), now, Map.of(), request);
    }

    /// What the evaluator and the actions work by.
    public AlarmDefinition definition() {
        return AlarmDefinition.of(request);
    }

    /// With another configuration; the state stays.
    public AlarmResource configured(ObjectNode newRequest, Instant at) {
        return new AlarmResource(name, arn, revision, createdAt, at, state, actedAt, tags, newRequest);
    }

    public AlarmResource withState(AlarmState newState) {
        return new AlarmResource(name, arn, revision, createdAt, configuredAt, newState, actedAt, tags, request);
    }

    /// Whether the actions of the last transition were not taken yet.
    public boolean owesActions() {
        return !state.transitionedAt().equals(actedAt);
    }

    /// With the actions of that transition taken.
    public AlarmResource acted(Instant transitionedAt) {
        return new AlarmResource(name, arn, revision, createdAt, configuredAt, state, transitionedAt, tags, request);
    }

    public AlarmResource withTags(Map<String, String> newTags) {
        return new AlarmResource(name, arn, revision, createdAt, configuredAt, state, actedAt, newTags, request);
    }

    @Override
    public AlarmResource withRevision(long newRevision) {
        return new AlarmResource(name, arn, newRevision, createdAt, configuredAt, state, actedAt, tags, request);
    }
}

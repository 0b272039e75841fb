package dev.millrace.controlplane;

import java.time.Instant;
import java.util.Map;

/// A topic that notifications are sent to.
///
/// @param attributes as given, kept without effect
/// @param tags kept without effect
public record TopicResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        Map<String, String> attributes,
        Map<String, String> tags)
        implements Resource {
    public TopicResource {
        attributes = Map.copyOf(attributes);
        tags = Map.copyOf(tags);
    }

    @Override
    public TopicResource withRevision(long newRevision) {
        return new TopicResource(name, arn, newRevision, createdAt, attributes, tags);
    }
}

package dev.millrace.controlplane;

import java.time.Instant;
import java.util.Map;

/// A topic that notifications are sent to.
///
/// @param attributes as given, such as `DisplayName`, `DeliveryPolicy` and `SignatureVersion`
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

    public TopicResource withAttributes(Map<String, String> newAttributes) {
        return new TopicResource(name, arn, revision, createdAt, newAttributes, tags);
    }

    public TopicResource withTags(Map<String, String> newTags) {
        return new TopicResource(name, arn, revision, createdAt, attributes, newTags);
    }

    @Override
    public TopicResource withRevision(long newRevision) {
        return new TopicResource(name, arn, newRevision, createdAt, attributes, tags);
    }
}

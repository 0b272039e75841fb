package dev.millrace.invocation;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one subscriber of a topic is sent, before it is put in an envelope and signed.
///
/// @param text for the subscriber's protocol
public record TopicMessage(
        String text, @Nullable String subject, Map<String, MessageAttribute> attributes, Instant publishedAt) {
    public TopicMessage {
        attributes = Map.copyOf(attributes);
    }
}

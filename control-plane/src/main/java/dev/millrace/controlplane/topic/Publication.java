package dev.millrace.controlplane.topic;

import dev.millrace.invocation.MessageAttribute;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message to a topic.
///
/// @param messageId who publishes the same id again owes nobody a second message that has not taken the
///     first yet
public record Publication(
        String messageId,
        MessageText text,
        @Nullable String subject,
        Map<String, MessageAttribute> attributes,
        Instant publishedAt) {
    public Publication {
        attributes = Map.copyOf(attributes);
    }

    /// A text without attributes.
    public static Publication of(String messageId, @Nullable String subject, String text, Instant publishedAt) {
        return new Publication(messageId, MessageText.of(text), subject, Map.of(), publishedAt);
    }
}

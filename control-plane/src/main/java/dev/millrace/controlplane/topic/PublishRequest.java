package dev.millrace.controlplane.topic;

import dev.millrace.invocation.MessageAttribute;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a caller wants published, before anything of it is checked.
///
/// @param message the text, or with `MessageStructure=json` one for each protocol
/// @param isFifo whether it names a message group or a deduplication id
public record PublishRequest(
        String message,
        @Nullable String subject,
        @Nullable String messageStructure,
        Map<String, MessageAttribute> attributes,
        boolean isFifo) {
    public PublishRequest {
        attributes = Map.copyOf(attributes);
    }
}

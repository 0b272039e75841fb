package dev.millrace.invocation.codec;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.TopicMessage;
import java.nio.charset.StandardCharsets;

/// Messages of topics as the bodies of what is owed to subscribers.
public final class TopicMessages {
    private static final Codec<TopicMessage> CODEC = Json.codec(TopicMessage.class);

    private TopicMessages() {}

    public static String write(TopicMessage message) {
        return new String(CODEC.encode(message), StandardCharsets.UTF_8);
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the body is none
    public static TopicMessage read(String body) {
        return CODEC.decode(body.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new PlatformException(ErrorCode.VALIDATION_ERROR, "not a message of a topic"));
    }
}

package dev.millrace.controlplane.topic;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The text of a message, where asked for another one for each protocol.
///
/// @param byProtocol such as `http`; protocols that are not there get the default
public record MessageText(String byDefault, Map<String, String> byProtocol) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String DEFAULT = "default";

    public MessageText {
        byProtocol = Map.copyOf(byProtocol);
    }

    /// The same for every protocol.
    public static MessageText of(String text) {
        return new MessageText(text, Map.of());
    }

    /// Of `MessageStructure=json`: an object with a text for `default` and for any protocols.
    ///
    /// @throws PlatformException `VALIDATION_ERROR` when it is not that
    static MessageText structured(String json) {
        var texts = new HashMap<String, String>();
        for (Map.Entry<String, JsonNode> entry : parsed(json).properties()) {
            if (entry.getValue().isString()) {
                texts.put(entry.getKey(), entry.getValue().stringValue());
            }
        }
        String byDefault = texts.remove(DEFAULT);
        if (byDefault == null) {
            throw invalid("No default entry in JSON message body");
        }
        return new MessageText(byDefault, texts);
    }

    String of(SubscriptionProtocol protocol) {
        return byProtocol.getOrDefault(protocol.label(), byDefault);
    }

    private static JsonNode parsed(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException _) {
            // Said below.
        }
        throw invalid("JSON message body failed to parse");
    }

    private static PlatformException invalid(String what) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid parameter: Message Structure - " + what);
    }
}

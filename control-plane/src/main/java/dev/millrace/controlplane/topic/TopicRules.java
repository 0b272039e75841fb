package dev.millrace.controlplane.topic;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.ResultTopics;
import java.util.Map;
import java.util.regex.Pattern;

/// What names, addresses and tags of topics and subscriptions must look like, with SNS's texts.
final class TopicRules {
    private static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final Pattern SUBSCRIPTION_NAME = Pattern.compile("[0-9a-f-]{36}");
    private static final int MAX_TAGS = 50;
    private static final int MAX_SHOWN = 100;

    private TopicRules() {}

    static boolean isTopicName(String name) {
        return name.length() <= 256 && TOPIC_NAME.matcher(name).matches();
    }

    static void requireTopicName(String name) {
        if (name.length() <= 300 && name.endsWith(".fifo")) {
            throw invalid("Topic Name", "FIFO topics are not supported yet");
        }
        if (!isTopicName(name)) {
            throw invalid("Topic Name");
        }
    }

    static void requireSubscriptionName(String name) {
        if (name.length() > 36 || !SUBSCRIPTION_NAME.matcher(name).matches()) {
            throw invalid("SubscriptionArn", "An ARN must have at least 6 elements");
        }
    }

    static void requireTags(Map<String, String> tags) {
        boolean areGood = tags.entrySet().stream()
                .allMatch(tag -> !tag.getKey().isEmpty()
                        && tag.getKey().length() <= 128
                        && tag.getValue().length() <= 256);
        if (!areGood) {
            throw invalid("Tags");
        }
        if (tags.size() > MAX_TAGS) {
            throw new SnsException(SnsError.TAG_LIMIT_EXCEEDED, "A topic has at most " + MAX_TAGS + " tags.");
        }
    }

    /// The form only: what the address resolves to is checked at every delivery.
    static SubscriptionProtocol requireAddress(String protocol, String endpoint) {
        SubscriptionProtocol known = SubscriptionProtocol.of(protocol)
                .orElseThrow(() -> invalid("Protocol", "only http, https and kafka are supported yet"));
        switch (known) {
            case HTTP, HTTPS -> {
                if (!endpoint.startsWith(protocol + "://")) {
                    throw invalid("Endpoint", "must be a URL that begins with " + protocol + "://");
                }
                var _ = SubscriberAddress.parse(endpoint);
            }
            case KAFKA -> {
                if (!ResultTopics.isAllowed(endpoint)) {
                    throw invalid("Endpoint", "must be the name of a Kafka topic, and none of the platform's");
                }
            }
        }
        return known;
    }

    static PlatformException invalid(String parameter) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + parameter);
    }

    static PlatformException invalid(String parameter, String reason) {
        return new PlatformException(
                ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + parameter + " Reason: " + reason);
    }

    /// A caller's word, as short as an answer allows.
    static String shown(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, text.offsetByCodePoints(0, MAX_SHOWN / 2)) + "…";
    }
}

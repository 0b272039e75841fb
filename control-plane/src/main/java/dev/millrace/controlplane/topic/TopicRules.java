package dev.millrace.controlplane.topic;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What names, addresses and attributes of topics and subscriptions must look like, with SNS's texts.
final class TopicRules {
    private static final Pattern TOPIC_NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final Pattern SUBSCRIPTION_NAME = Pattern.compile("[0-9a-f-]{36}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,2048}");
    private static final Set<String> PROTOCOLS = Set.of("http", "https");
    private static final Set<String> TOPIC_ATTRIBUTES =
            Set.of("DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "SignatureVersion", "TracingConfig");
    private static final Set<String> SUBSCRIPTION_ATTRIBUTES = Set.of("RawMessageDelivery");
    private static final int MAX_ATTRIBUTE = 32 * 1024;
    private static final int MAX_TAGS = 50;

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

    static void requireTopicAttributes(Map<String, String> attributes) {
        attributes.forEach((name, value) -> requireAttribute(TOPIC_ATTRIBUTES, name, value));
        String version = attributes.getOrDefault("SignatureVersion", "1");
        if (!version.equals("1") && !version.equals("2")) {
            throw invalid("SignatureVersion", "1 or 2 expected");
        }
    }

    static void requireSubscriptionAttributes(Map<String, String> attributes) {
        attributes.forEach((name, value) -> requireAttribute(SUBSCRIPTION_ATTRIBUTES, name, value));
        String raw = attributes.getOrDefault("RawMessageDelivery", "false");
        if (!raw.equals("true") && !raw.equals("false")) {
            throw invalid("RawMessageDelivery", "true or false expected");
        }
    }

    static void requireTags(Map<String, String> tags) {
        boolean areGood = tags.size() <= MAX_TAGS
                && tags.entrySet().stream()
                        .allMatch(tag -> !tag.getKey().isEmpty()
                                && tag.getKey().length() <= 128
                                && tag.getValue().length() <= 256);
        if (!areGood) {
            throw invalid("Tags");
        }
    }

    /// The form only: what the address resolves to is checked at every delivery.
    static void requireAddress(String protocol, String endpoint) {
        if (!PROTOCOLS.contains(protocol)) {
            throw invalid("Protocol", "only http and https are supported yet");
        }
        if (endpoint.length() > 2048
                || !PRINTABLE.matcher(endpoint).matches()
                || !endpoint.startsWith(protocol + "://")) {
            throw invalid("Endpoint", "must be a URL that begins with " + protocol + "://");
        }
        try {
            URI uri = new URI(endpoint);
            boolean isGood = uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() != 0
                    && uri.getPort() <= 65535;
            if (!isGood) {
                throw invalid("Endpoint", "needs a host, and may have neither user nor fragment");
            }
        } catch (URISyntaxException _) {
            throw invalid("Endpoint", "is not a URL");
        }
    }

    static PlatformException invalid(String parameter) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + parameter);
    }

    static PlatformException invalid(String parameter, String reason) {
        return new PlatformException(
                ErrorCode.VALIDATION_ERROR, "Invalid parameter: " + parameter + " Reason: " + reason);
    }

    private static void requireAttribute(Set<String> known, String name, String value) {
        if (!known.contains(name)) {
            throw invalid("Attributes", "this attribute is not supported yet");
        }
        if (value.length() > MAX_ATTRIBUTE) {
            throw invalid(name);
        }
    }
}

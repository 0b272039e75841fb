package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The attributes of topics: which there are, what they may hold, and what is shown of them.
final class TopicAttributes {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> SETTABLE = Set.of(
            "DisplayName", "Policy", DeliveryPolicy.ATTRIBUTE, "KmsMasterKeyId", "SignatureVersion", "TracingConfig");
    private static final int MAX_LENGTH = 32 * 1024;
    private static final int MAX_DISPLAY_NAME = 100;

    private TopicAttributes() {}

    static void require(Map<String, String> attributes) {
        attributes.forEach(TopicAttributes::require);
    }

    /// With one of them set, or removed where its value is empty.
    static Map<String, String> with(Map<String, String> attributes, String name, String value) {
        var changed = new HashMap<>(attributes);
        if (value.isEmpty()) {
            requireKnown(name);
            changed.remove(name);
        } else {
            require(name, value);
            changed.put(name, value);
        }
        return changed;
    }

    static Map<String, String> describe(TopicResource topic, List<SubscriptionResource> subscriptions) {
        String owner = topic.arn().split(":")[4];
        var shown = new LinkedHashMap<String, String>();
        shown.put("TopicArn", topic.arn());
        shown.put("Owner", owner);
        shown.put("DisplayName", "");
        shown.put("SignatureVersion", "1");
        shown.put("Policy", defaultPolicy(topic.arn(), owner));
        shown.putAll(topic.attributes());
        String delivery = topic.attributes().get(DeliveryPolicy.ATTRIBUTE);
        if (delivery != null) {
            shown.put("EffectiveDeliveryPolicy", DeliveryPolicy.effectiveOfTopic(delivery));
        }
        long confirmed =
                subscriptions.stream().filter(SubscriptionResource::isConfirmed).count();
        long deleted = subscriptions.stream()
                .filter(SubscriptionResource::isUnsubscribed)
                .count();
        shown.put("SubscriptionsConfirmed", Long.toString(confirmed));
        shown.put("SubscriptionsPending", Long.toString(subscriptions.size() - confirmed - deleted));
        shown.put("SubscriptionsDeleted", Long.toString(deleted));
        return shown;
    }

    private static void require(String name, String value) {
        requireKnown(name);
        if (value.length() > MAX_LENGTH) {
            throw TopicRules.invalid(name);
        }
        switch (name) {
            case "SignatureVersion" -> {
                if (!value.equals("1") && !value.equals("2")) {
                    throw TopicRules.invalid(name, "1 or 2 expected");
                }
            }
            case "DisplayName" -> {
                if (value.length() > MAX_DISPLAY_NAME) {
                    throw TopicRules.invalid(name, "at most " + MAX_DISPLAY_NAME + " characters expected");
                }
            }
            case "Policy" -> {
                if (!isObject(value)) {
                    throw TopicRules.invalid(name, "a JSON object expected");
                }
            }
            case DeliveryPolicy.ATTRIBUTE -> {
                var _ = DeliveryPolicy.ofTopic(value);
            }
            default -> {}
        }
    }

    private static void requireKnown(String name) {
        if (!SETTABLE.contains(name)) {
            throw TopicRules.invalid("AttributeName", TopicRules.shown(name) + " is not supported yet");
        }
    }

    private static boolean isObject(String value) {
        try {
            return JSON.readTree(value).isObject();
        } catch (JacksonException _) {
            return false;
        }
    }

    /// What AWS shows of a topic that was given none: its owner may do everything.
    private static String defaultPolicy(String arn, String owner) {
        var policy = JSON.createObjectNode().put("Version", "2008-10-17").put("Id", "__default_policy_ID");
        var statement = policy.putArray("Statement").addObject();
        statement.put("Sid", "__default_statement_ID").put("Effect", "Allow");
        statement.putObject("Principal").put("AWS", owner);
        statement.put("Action", "SNS:*").put("Resource", arn);
        return policy.toString();
    }
}

package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.controlplane.topic.FilterPolicy.Scope;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The attributes of subscriptions: which there are, what they may hold, and what is shown of them.
final class SubscriptionAttributes {
    /// Whether a link in a message does not do to unsubscribe; set with the confirmation.
    static final String AUTHENTICATE_ON_UNSUBSCRIBE = "AuthenticateOnUnsubscribe";

    static final String CONFIRMATION_WAS_AUTHENTICATED = "ConfirmationWasAuthenticated";

    private static final String RAW = "RawMessageDelivery";
    private static final String SCOPE = "FilterPolicyScope";
    private static final Set<String> SETTABLE =
            Set.of(RAW, FilterPolicyReader.ATTRIBUTE, SCOPE, DeliveryPolicy.ATTRIBUTE);
    private static final int MAX_LENGTH = 32 * 1024;

    private SubscriptionAttributes() {}

    static void require(Map<String, String> attributes) {
        attributes.forEach(SubscriptionAttributes::require);
        var _ = scope(attributes);
        var _ = filter(attributes);
        String delivery = attributes.get(DeliveryPolicy.ATTRIBUTE);
        if (delivery != null) {
            var _ = DeliveryPolicy.ofSubscription(delivery);
        }
    }

    /// With one of them set, or removed where its value is empty.
    static Map<String, String> with(Map<String, String> attributes, String name, String value) {
        var changed = new HashMap<>(attributes);
        requireKnown(name);
        if (value.isEmpty()) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        var settable = new HashMap<>(changed);
        settable.keySet().retainAll(SETTABLE);
        require(settable);
        return changed;
    }

    /// What the subscriber wants to receive; empty when that is everything.
    static Optional<FilterPolicy> filter(Map<String, String> attributes) {
        return Optional.ofNullable(attributes.get(FilterPolicyReader.ATTRIBUTE))
                .map(json -> FilterPolicyReader.read(json, scope(attributes)));
    }

    static Scope scope(Map<String, String> attributes) {
        return Scope.of(attributes.getOrDefault(SCOPE, "MessageAttributes"))
                .orElseThrow(() -> TopicRules.invalid(SCOPE, "MessageAttributes or MessageBody expected"));
    }

    /// @param topic null when it is not known
    static Map<String, String> describe(SubscriptionResource subscription, @Nullable TopicResource topic) {
        var shown = new LinkedHashMap<String, String>();
        shown.put("SubscriptionArn", subscription.arn());
        shown.put("TopicArn", subscription.topicArn());
        shown.put("Owner", subscription.topicArn().split(":")[4]);
        shown.put("Protocol", subscription.protocol());
        shown.put("Endpoint", SubscriberAddress.shown(subscription.endpoint()));
        shown.put("PendingConfirmation", Boolean.toString(!subscription.isConfirmed()));
        shown.put(CONFIRMATION_WAS_AUTHENTICATED, "false");
        shown.put(RAW, "false");
        shown.putAll(subscription.attributes());
        shown.remove(AUTHENTICATE_ON_UNSUBSCRIBE);
        if (subscription.attributes().containsKey(FilterPolicyReader.ATTRIBUTE)) {
            shown.putIfAbsent(SCOPE, "MessageAttributes");
        }
        DeliveryPolicy.effectiveOf(topic, subscription)
                .ifPresent(effective -> shown.put("EffectiveDeliveryPolicy", effective));
        return shown;
    }

    private static void require(String name, String value) {
        requireKnown(name);
        if (value.length() > MAX_LENGTH) {
            throw TopicRules.invalid(name);
        }
        if (name.equals(RAW) && !value.equals("true") && !value.equals("false")) {
            throw TopicRules.invalid(name, "true or false expected");
        }
    }

    private static void requireKnown(String name) {
        if (!SETTABLE.contains(name)) {
            throw TopicRules.invalid("AttributeName", TopicRules.shown(name) + " is not supported yet");
        }
    }
}

package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.controlplane.shape.ControlPlaneJson;
import dev.millrace.controlplane.shape.RequestReader;
import dev.millrace.controlplane.shape.Shape;
import dev.millrace.controlplane.topic.RetryPolicy.BackoffFunction;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How SNS's `DeliveryPolicy` wants messages delivered by HTTP.
///
/// @param retry null where the policy does not say
/// @param maxReceivesPerSecond null where there is no limit
/// @param contentType null where the policy does not say
public record DeliveryPolicy(
        @Nullable RetryPolicy retry,
        @Nullable Integer maxReceivesPerSecond,
        @Nullable String contentType) {
    static final String ATTRIBUTE = "DeliveryPolicy";

    private static final DeliveryPolicy NONE = new DeliveryPolicy(null, null, null);

    /// No member of a policy is a location.
    private static final RequestReader READER = new RequestReader(ControlPlaneConfig.DEFAULT.platformBucket());

    /// What holds for a subscription: its own policy where the topic allows that, and the topic's where that
    /// says nothing.
    ///
    /// @param topic null when it is not known
    public static DeliveryPolicy effective(@Nullable TopicResource topic, SubscriptionResource subscription) {
        String general = topic == null ? null : topic.attributes().get(ATTRIBUTE);
        String own = subscription.attributes().get(ATTRIBUTE);
        DeliveryPolicy byTopic = general == null ? NONE : ofTopic(general);
        if (own == null || (general != null && forbidsOverrides(general))) {
            return byTopic;
        }
        return ofSubscription(own).or(byTopic);
    }

    /// @throws PlatformException `VALIDATION_ERROR` saying what is wrong with it
    static DeliveryPolicy ofTopic(String json) {
        JsonNode http = read(DeliveryPolicyShapes.TOPIC, json).path("http");
        return of(
                http.path("defaultHealthyRetryPolicy"),
                http.path("defaultThrottlePolicy"),
                http.path("defaultRequestPolicy"));
    }

    /// @throws PlatformException `VALIDATION_ERROR` saying what is wrong with it
    static DeliveryPolicy ofSubscription(String json) {
        ObjectNode policy = read(DeliveryPolicyShapes.SUBSCRIPTION, json);
        return of(policy.path("healthyRetryPolicy"), policy.path("throttlePolicy"), policy.path("requestPolicy"));
    }

    /// A topic's `EffectiveDeliveryPolicy`.
    static String effectiveOfTopic(String json) {
        ObjectNode policy = JsonNodeFactory.instance.objectNode();
        ObjectNode http = policy.putObject("http");
        ofTopic(json).writeTo(http, "defaultHealthyRetryPolicy", "defaultThrottlePolicy", "defaultRequestPolicy");
        http.put("disableSubscriptionOverrides", forbidsOverrides(json));
        return policy.toString();
    }

    /// A subscription's `EffectiveDeliveryPolicy`; empty where neither it nor its topic has a policy.
    static Optional<String> effectiveOf(@Nullable TopicResource topic, SubscriptionResource subscription) {
        DeliveryPolicy effective = effective(topic, subscription);
        if (effective.equals(NONE)) {
            return Optional.empty();
        }
        ObjectNode policy = JsonNodeFactory.instance.objectNode();
        effective.writeTo(policy, "healthyRetryPolicy", "throttlePolicy", "requestPolicy");
        return Optional.of(policy.toString());
    }

    private static boolean forbidsOverrides(String json) {
        return read(DeliveryPolicyShapes.TOPIC, json)
                .path("http")
                .path("disableSubscriptionOverrides")
                .asBoolean(false);
    }

    private DeliveryPolicy or(DeliveryPolicy other) {
        return new DeliveryPolicy(
                retry == null ? other.retry : retry,
                maxReceivesPerSecond == null ? other.maxReceivesPerSecond : maxReceivesPerSecond,
                contentType == null ? other.contentType : contentType);
    }

    private static DeliveryPolicy of(JsonNode retry, JsonNode throttle, JsonNode request) {
        return new DeliveryPolicy(
                retry.isMissingNode() ? null : retry(retry),
                throttle.has("maxReceivesPerSecond")
                        ? throttle.path("maxReceivesPerSecond").intValue()
                        : null,
                request.has("headerContentType")
                        ? request.path("headerContentType").stringValue()
                        : null);
    }

    private static RetryPolicy retry(JsonNode node) {
        var retry = new RetryPolicy(
                node.path("minDelayTarget").intValue(20),
                node.path("maxDelayTarget").intValue(20),
                node.path("numRetries").intValue(3),
                node.path("numNoDelayRetries").intValue(0),
                node.path("numMinDelayRetries").intValue(0),
                node.path("numMaxDelayRetries").intValue(0),
                BackoffFunction.valueOf(
                        node.path("backoffFunction").stringValue("linear").toUpperCase(Locale.ROOT)));
        retry.problem().ifPresent(problem -> {
            throw TopicRules.invalid(ATTRIBUTE, problem);
        });
        return retry;
    }

    private void writeTo(ObjectNode node, String retryName, String throttleName, String requestName) {
        if (retry != null) {
            retry.writeTo(node.putObject(retryName));
        }
        if (maxReceivesPerSecond != null) {
            node.putObject(throttleName).put("maxReceivesPerSecond", maxReceivesPerSecond);
        }
        if (contentType != null) {
            node.putObject(requestName).put("headerContentType", contentType);
        }
    }

    private static ObjectNode read(Shape.Structure shape, String json) {
        try {
            return READER.read(shape, ControlPlaneJson.parse(json.getBytes(StandardCharsets.UTF_8)));
        } catch (PlatformException e) {
            throw TopicRules.invalid(ATTRIBUTE, e.text());
        }
    }
}

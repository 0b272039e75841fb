package dev.millrace.notifier;

import dev.millrace.invocation.Destination;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// SNS's envelope for HTTP subscribers, and the headers beside it.
///
/// It is not signed yet: an installation's certificate comes with authentication.
final class SnsEnvelope {
    static final String NOTIFICATION = "Notification";
    static final String CONFIRMATION = "SubscriptionConfirmation";
    static final String CONTENT_TYPE = "text/plain; charset=UTF-8";

    private final JsonMapper json = new JsonMapper();
    private final URI publicUrl;

    /// @param publicUrl where subscribers reach the gateway
    SnsEnvelope(URI publicUrl) {
        this.publicUrl = publicUrl;
    }

    String notification(Destination.Subscription to, String messageId, String message, Instant at) {
        ObjectNode envelope = common(NOTIFICATION, to, messageId, message, at);
        envelope.put(
                "UnsubscribeURL", publicUrl + "/?Action=Unsubscribe&SubscriptionArn=" + encoded(to.subscriptionArn()));
        return envelope.toString();
    }

    String confirmation(Destination.Subscription to, String messageId, String token, Instant at) {
        ObjectNode envelope = common(
                CONFIRMATION,
                to,
                messageId,
                "You have chosen to subscribe to the topic " + to.topicArn()
                        + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.",
                at);
        envelope.put("Token", token);
        envelope.put(
                "SubscribeURL",
                publicUrl + "/?Action=ConfirmSubscription&TopicArn=" + encoded(to.topicArn()) + "&Token="
                        + encoded(token));
        return envelope.toString();
    }

    /// @param isRaw whether the subscriber wants notifications without the envelope
    static Map<String, String> headers(Destination.Subscription to, String messageId, boolean isRaw) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("User-Agent", "Amazon Simple Notification Service Agent");
        headers.put("x-amz-sns-message-type", to.messageType());
        headers.put("x-amz-sns-message-id", messageId);
        headers.put("x-amz-sns-topic-arn", to.topicArn());
        if (to.messageType().equals(NOTIFICATION)) {
            headers.put("x-amz-sns-subscription-arn", to.subscriptionArn());
            if (isRaw) {
                headers.put("x-amz-sns-rawdelivery", "true");
            }
        }
        return headers;
    }

    private ObjectNode common(String type, Destination.Subscription to, String messageId, String message, Instant at) {
        ObjectNode envelope = json.createObjectNode();
        envelope.put("Type", type);
        envelope.put("MessageId", messageId);
        envelope.put("TopicArn", to.topicArn());
        envelope.put("Message", message);
        envelope.put("Timestamp", NotificationBody.time(at));
        return envelope;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package dev.millrace.notifier;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.TopicMessage;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// SNS's envelope for HTTP subscribers, and the headers beside it.
final class SnsEnvelope {
    static final String NOTIFICATION = "Notification";
    static final String CONFIRMATION = "SubscriptionConfirmation";
    static final String UNSUBSCRIBE_CONFIRMATION = "UnsubscribeConfirmation";
    static final String CONTENT_TYPE = "text/plain; charset=UTF-8";

    private final JsonMapper json = new JsonMapper();
    private final URI publicUrl;
    private final MessageSignature signature;

    /// @param publicUrl where subscribers reach the gateway
    SnsEnvelope(URI publicUrl, MessageSignature signature) {
        this.publicUrl = publicUrl;
        this.signature = signature;
    }

    /// @param signatureVersion `1` or `2`
    String notification(SubscriptionResource to, String messageId, TopicMessage message, String signatureVersion) {
        ObjectNode envelope = common(
                NOTIFICATION, to.topicArn(), messageId, message.subject(), message.text(), message.publishedAt());
        signature.sign(envelope, signatureVersion);
        envelope.put("UnsubscribeURL", publicUrl + "/?Action=Unsubscribe&SubscriptionArn=" + encoded(to.arn()));
        if (!message.attributes().isEmpty()) {
            ObjectNode attributes = envelope.putObject("MessageAttributes");
            message.attributes()
                    .forEach((name, attribute) -> attributes
                            .putObject(name)
                            .put("Type", attribute.type())
                            .put("Value", attribute.value()));
        }
        return envelope.toString();
    }

    /// Of a subscription, or of its end, which visiting the link takes back.
    ///
    /// @param signatureVersion `1` or `2`
    String confirmation(
            Destination.Subscription to, String messageId, String token, Instant at, String signatureVersion) {
        String message = to.messageType().equals(UNSUBSCRIBE_CONFIRMATION)
                ? "You have chosen to deactivate subscription " + to.subscriptionArn()
                        + ".\nTo cancel this operation and restore the subscription, visit the SubscribeURL included"
                        + " in this message."
                : "You have chosen to subscribe to the topic " + to.topicArn()
                        + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.";
        ObjectNode envelope = common(to.messageType(), to.topicArn(), messageId, null, message, at);
        envelope.put("Token", token);
        envelope.put(
                "SubscribeURL",
                publicUrl + "/?Action=ConfirmSubscription&TopicArn=" + encoded(to.topicArn()) + "&Token="
                        + encoded(token));
        signature.sign(envelope, signatureVersion);
        return envelope.toString();
    }

    /// @param isRaw whether the subscriber wants notifications without the envelope
    static Map<String, String> headers(Destination.Subscription to, String messageId, boolean isRaw) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("User-Agent", "Amazon Simple Notification Service Agent");
        headers.put("x-amz-sns-message-type", to.messageType());
        headers.put("x-amz-sns-message-id", messageId);
        headers.put("x-amz-sns-topic-arn", to.topicArn());
        if (!to.messageType().equals(CONFIRMATION)) {
            headers.put("x-amz-sns-subscription-arn", to.subscriptionArn());
        }
        if (isRaw && to.messageType().equals(NOTIFICATION)) {
            headers.put("x-amz-sns-rawdelivery", "true");
        }
        return headers;
    }

    private ObjectNode common(
            String type, String topicArn, String messageId, @Nullable String subject, String message, Instant at) {
        ObjectNode envelope = json.createObjectNode();
        envelope.put("Type", type);
        envelope.put("MessageId", messageId);
        envelope.put("TopicArn", topicArn);
        if (subject != null) {
            envelope.put("Subject", subject);
        }
        envelope.put("Message", message);
        envelope.put("Timestamp", NotificationBody.time(at));
        return envelope;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

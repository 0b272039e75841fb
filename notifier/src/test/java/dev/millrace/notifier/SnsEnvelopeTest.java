package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.TopicMessage;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Messages to subscribers have SNS's members and headers.
class SnsEnvelopeTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant AT = Instant.parse("2026-11-21T10:00:00.700Z");
    private static final String TOPIC = "arn:aws:sns:us-east-1:000000000000:done";
    private static final String SUBSCRIPTION = TOPIC + ":0123456789abcdef";
    private static final String ID = "8a9e3c9b-9a0f-4f3e-8f0e-111111111111";

    private final TestControlPlane controlPlane = TestControlPlane.inMemory();
    private final SnsEnvelope envelopes = Couriers.envelopes(controlPlane.catalog, controlPlane.clock);

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @Test
    void wrapsANotification() {
        var message =
                new TopicMessage("{\"a\":\"b\\n\"}", "done", Map.of("n", new MessageAttribute("Number", "1.5")), AT);

        JsonNode envelope = JSON.readTree(envelopes.notification(subscription(), ID, message, "1"));

        assertThat(envelope.propertyNames())
                .containsExactlyInAnyOrder(
                        "Type",
                        "MessageId",
                        "TopicArn",
                        "Subject",
                        "Message",
                        "Timestamp",
                        "UnsubscribeURL",
                        "MessageAttributes",
                        "SignatureVersion",
                        "Signature",
                        "SigningCertURL");
        assertThat(text(envelope, "Type")).isEqualTo("Notification");
        assertThat(text(envelope, "MessageId")).isEqualTo(ID);
        assertThat(text(envelope, "TopicArn")).isEqualTo(TOPIC);
        assertThat(text(envelope, "Subject")).isEqualTo("done");
        assertThat(text(envelope, "Message")).isEqualTo("{\"a\":\"b\\n\"}");
        assertThat(text(envelope, "Timestamp")).isEqualTo("2026-11-21T10:00:00.700Z");
        assertThat(envelope.path("MessageAttributes")).isEqualTo(JSON.readTree("""
                {"n":{"Type":"Number","Value":"1.5"}}"""));
        assertThat(decoded(text(envelope, "UnsubscribeURL")))
                .isEqualTo("http://127.0.0.1:8080/?Action=Unsubscribe&SubscriptionArn=" + SUBSCRIPTION);
    }

    @Test
    void leavesOutWhatAMessageDoesNotHave() {
        JsonNode envelope = JSON.readTree(
                envelopes.notification(subscription(), ID, new TopicMessage("text", null, Map.of(), AT), "1"));

        assertThat(envelope.propertyNames()).doesNotContain("Subject", "MessageAttributes");
    }

    @Test
    void asksForAConfirmationWithALinkThatCarriesTheToken() {
        Destination.Subscription to = to(SnsEnvelope.CONFIRMATION);

        JsonNode envelope = JSON.readTree(envelopes.confirmation(to, ID, "a+b/c&d=", AT, "1"));

        assertThat(envelope.propertyNames())
                .containsExactlyInAnyOrder(
                        "Type",
                        "MessageId",
                        "TopicArn",
                        "Message",
                        "Timestamp",
                        "Token",
                        "SubscribeURL",
                        "SignatureVersion",
                        "Signature",
                        "SigningCertURL");
        assertThat(text(envelope, "Type")).isEqualTo("SubscriptionConfirmation");
        assertThat(text(envelope, "Token")).isEqualTo("a+b/c&d=");
        assertThat(text(envelope, "Message"))
                .isEqualTo("You have chosen to subscribe to the topic " + TOPIC
                        + ".\nTo confirm the subscription, visit the SubscribeURL included in this message.");
        assertThat(text(envelope, "SubscribeURL"))
                .startsWith("http://127.0.0.1:8080/?Action=ConfirmSubscription&TopicArn=")
                .endsWith("&Token=a%2Bb%2Fc%26d%3D");
    }

    @Test
    void namesTheSubscriptionInTheHeadersOfNotificationsOnly() {
        assertThat(SnsEnvelope.headers(to(SnsEnvelope.NOTIFICATION), ID, false))
                .containsOnly(
                        Map.entry("User-Agent", "Amazon Simple Notification Service Agent"),
                        Map.entry("x-amz-sns-message-type", "Notification"),
                        Map.entry("x-amz-sns-message-id", ID),
                        Map.entry("x-amz-sns-topic-arn", TOPIC),
                        Map.entry("x-amz-sns-subscription-arn", SUBSCRIPTION));
        assertThat(SnsEnvelope.headers(to(SnsEnvelope.CONFIRMATION), ID, true))
                .containsEntry("x-amz-sns-message-type", "SubscriptionConfirmation")
                .doesNotContainKeys("x-amz-sns-subscription-arn", "x-amz-sns-rawdelivery");
    }

    @Test
    void saysWhenANotificationComesWithoutTheEnvelope() {
        assertThat(SnsEnvelope.headers(to(SnsEnvelope.NOTIFICATION), ID, true))
                .containsEntry("x-amz-sns-rawdelivery", "true");
    }

    private static SubscriptionResource subscription() {
        var token = new SubscriptionResource.ConfirmationToken("00", AT);
        return new SubscriptionResource(
                "0123456789abcdef", SUBSCRIPTION, 1, AT, TOPIC, "http", "http://a.example/", Map.of(), token, AT, null);
    }

    private static Destination.Subscription to(String messageType) {
        return new Destination.Subscription(TOPIC, SUBSCRIPTION, "https://receiver.example/sns", messageType);
    }

    private static String text(JsonNode envelope, String member) {
        return envelope.path(member).asString();
    }

    private static String decoded(String url) {
        return URLDecoder.decode(url, StandardCharsets.UTF_8);
    }
}

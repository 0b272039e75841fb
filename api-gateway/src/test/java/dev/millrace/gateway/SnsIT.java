package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SigningKeysResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.codec.TopicMessages;
import dev.millrace.invocation.port.Feed;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// SNS's protocol over HTTP, down to what is owed on a real broker.
class SnsIT {
    private final TestGateway gateway = new TestGateway();
    private final Map<String, OwedDelivery> owed = new ConcurrentHashMap<>();
    private final Feed.Subscription following = gateway.owed().follow(new Feed.Start.Beginning(), (key, delivery) -> {
        if (delivery != null) {
            owed.put(key, delivery);
        }
    });

    @AfterEach
    void close() {
        following.close();
        gateway.close();
    }

    @Test
    void owesWhatIsPublished() {
        String topic = createTopic();
        String subscription = element(
                sns("Subscribe", "TopicArn", topic, "Protocol", "kafka", "Endpoint", "alerts")
                        .body(),
                "SubscriptionArn");

        HttpResponse<String> published = sns(
                "Publish",
                "TopicArn",
                topic,
                "Subject",
                "a subject",
                "Message",
                "m&m".repeat(50_000),
                "MessageAttributes.entry.1.Name",
                "kind",
                "MessageAttributes.entry.1.Value.DataType",
                "String",
                "MessageAttributes.entry.1.Value.StringValue",
                "x");

        String id = element(published.body(), "MessageId");
        OwedDelivery delivery = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> owed.get(id + " " + subscription), each -> each != null);
        assertThat(delivery.destination()).isEqualTo(new Destination.KafkaSubscription(topic, subscription, "alerts"));
        assertThat(TopicMessages.read(delivery.body())).satisfies(message -> {
            assertThat(message.text()).isEqualTo("m&m".repeat(50_000));
            assertThat(message.subject()).isEqualTo("a subject");
            assertThat(message.attributes()).containsOnlyKeys("kind");
        });
    }

    @Test
    void takesTheLongestMessageOfTheWorstCharacters() {
        String topic = createTopic();
        sns("Subscribe", "TopicArn", topic, "Protocol", "kafka", "Endpoint", "alerts");

        HttpResponse<String> published = sns("Publish", "TopicArn", topic, "Message", "\u0001".repeat(256 * 1024));

        assertThat(published.statusCode()).as(published.body()).isEqualTo(200);
    }

    @Test
    void answersABatchEntryByEntry() {
        String topic = createTopic();

        HttpResponse<String> answer = sns(
                "PublishBatch",
                "TopicArn",
                topic,
                "PublishBatchRequestEntries.member.1.Id",
                "a",
                "PublishBatchRequestEntries.member.1.Message",
                "first",
                "PublishBatchRequestEntries.member.2.Id",
                "b",
                "PublishBatchRequestEntries.member.2.Message",
                "");

        assertThat(answer.body())
                .contains("<Successful><member><Id>a</Id><MessageId>")
                .contains("<Failed><member><Id>b</Id><Code>InvalidParameter</Code>")
                .contains("<SenderFault>true</SenderFault>");
        assertThat(sns("PublishBatch", "TopicArn", topic).body()).contains("<Code>EmptyBatchRequest</Code>");
    }

    @Test
    void showsAndChangesAttributesAndTags() {
        String topic = createTopic();
        sns("SetTopicAttributes", "TopicArn", topic, "AttributeName", "DisplayName", "AttributeValue", "<Done>");
        sns("TagResource", "ResourceArn", topic, "Tags.member.1.Key", "team", "Tags.member.1.Value", "ml");

        assertThat(sns("GetTopicAttributes", "TopicArn", topic).body())
                .contains("<entry><key>DisplayName</key><value>&lt;Done&gt;</value></entry>");
        assertThat(sns("ListTagsForResource", "ResourceArn", topic).body())
                .contains("<Tags><member><Key>team</Key><Value>ml</Value></member></Tags>");
        assertThat(sns("UntagResource", "ResourceArn", topic, "TagKeys.member.1", "team")
                        .statusCode())
                .isEqualTo(200);
        assertThat(sns("ListTagsForResource", "ResourceArn", topic).body()).contains("<Tags></Tags>");
    }

    @Test
    void endsASubscriptionForWhoeverFollowsTheLinkInAMessage() {
        String topic = createTopic();
        String subscription = subscribeByHttp(topic);
        assertThat(confirmByLink(topic, subscription).body()).contains(subscription);

        HttpResponse<String> ended = gateway.get("/?Action=Unsubscribe&SubscriptionArn=" + encoded(subscription));

        assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
        assertThat(ended.body()).contains("<UnsubscribeResponse");
        assertThat(sns("ListSubscriptionsByTopic", "TopicArn", topic).body()).doesNotContain(subscription);
        assertThat(owedTo(subscription, "UnsubscribeConfirmation").body()).isNotEmpty();
    }

    @Test
    void endsNoSubscriptionByALinkWhereThatWasRuledOut() {
        String topic = createTopic();
        String subscription = subscribeByHttp(topic);
        String token = owedTo(subscription, "SubscriptionConfirmation").body();
        sns("ConfirmSubscription", "TopicArn", topic, "Token", token, "AuthenticateOnUnsubscribe", "true");

        HttpResponse<String> refused = gateway.get("/?Action=Unsubscribe&SubscriptionArn=" + encoded(subscription));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(sns("ListSubscriptionsByTopic", "TopicArn", topic).body()).contains(subscription);
        assertThat(sns("Unsubscribe", "SubscriptionArn", subscription).statusCode())
                .isEqualTo(200);
    }

    @Test
    void namesWhatItDoesNotHave() {
        HttpResponse<String> answer = sns("AddPermission", "TopicArn", "x");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("<Code>InvalidAction</Code>", "AddPermission");
    }

    @Test
    void publishesCertificatesToAnybody() {
        var at = Instant.now();
        String fingerprint = "0123456789abcdef0123456789abcdef";
        var certificate = new SigningKeysResource.Certificate(fingerprint, "-----BEGIN CERTIFICATE-----", at, at);
        gateway.catalog.create(
                ResourceKind.SIGNING_KEYS,
                new SigningKeysResource(SigningKeysResource.NAME, "arn", 0, at, "sealed", List.of(certificate)));

        HttpResponse<String> answer = gateway.get("/sns/SimpleNotificationService-" + fingerprint + ".pem");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("-----BEGIN CERTIFICATE-----");
        assertThat(gateway.get("/sns/SimpleNotificationService-" + "0".repeat(32) + ".pem")
                        .statusCode())
                .isEqualTo(404);
        assertThat(gateway.get("/sns/x").statusCode()).isEqualTo(404);
    }

    private String subscribeByHttp(String topic) {
        return element(
                sns(
                                "Subscribe",
                                "TopicArn",
                                topic,
                                "Protocol",
                                "http",
                                "Endpoint",
                                "http://receiver.example/hook",
                                "ReturnSubscriptionArn",
                                "true")
                        .body(),
                "SubscriptionArn");
    }

    private HttpResponse<String> confirmByLink(String topic, String subscription) {
        String token = owedTo(subscription, "SubscriptionConfirmation").body();
        return gateway.get("/?Action=ConfirmSubscription&TopicArn=" + encoded(topic) + "&Token=" + encoded(token));
    }

    private OwedDelivery owedTo(String subscription, String messageType) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> owed.values().stream()
                                .filter(each -> each.destination() instanceof Destination.Subscription to
                                        && to.subscriptionArn().equals(subscription)
                                        && to.messageType().equals(messageType))
                                .findAny(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private String createTopic() {
        return element(sns("CreateTopic", "Name", TestGateway.newName()).body(), "TopicArn");
    }

    private HttpResponse<String> sns(String action, String... parameters) {
        var form = new StringBuilder("Version=2010-03-31&Action=" + action);
        for (int i = 0; i < parameters.length; i += 2) {
            form.append('&').append(parameters[i]).append('=').append(encoded(parameters[i + 1]));
        }
        return gateway.send(HttpRequest.newBuilder(gateway.uri("/"))
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .POST(BodyPublishers.ofString(form.toString())));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String element(String xml, String name) {
        assertThat(xml).contains("<" + name + ">");
        return xml.substring(xml.indexOf("<" + name + ">") + name.length() + 2, xml.indexOf("</" + name + ">"));
    }
}

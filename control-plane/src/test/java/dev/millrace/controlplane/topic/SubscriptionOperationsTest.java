package dev.millrace.controlplane.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.topic.SubscriptionOperations.Subscribed;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionOperationsTest {
    private static final String URL = "http://example.com/";

    private final Fixture fixture = new Fixture();
    private final SubscriptionOperations subscriptions = fixture.subscriptions;
    private final TopicPublisher publisher = new TopicPublisher(fixture.catalog);
    private final String topic =
            fixture.topics.createTopic("alerts", Map.of(), Map.of()).arn();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void showsAndChangesAttributes() {
        String arn = confirmed(URL, Map.of("RawMessageDelivery", "true"));

        subscriptions.setAttribute(arn, "FilterPolicy", "{\"kind\":[\"a\"]}");
        subscriptions.setAttribute(arn, "DeliveryPolicy", "{\"healthyRetryPolicy\":{\"numRetries\":1}}");

        assertThat(subscriptions.attributes(arn))
                .containsEntry("SubscriptionArn", arn)
                .containsEntry("TopicArn", topic)
                .containsEntry("Protocol", "http")
                .containsEntry("Endpoint", URL)
                .containsEntry("PendingConfirmation", "false")
                .containsEntry("RawMessageDelivery", "true")
                .containsEntry("FilterPolicyScope", "MessageAttributes")
                .hasEntrySatisfying(
                        "EffectiveDeliveryPolicy",
                        policy -> assertThat(policy).contains("\"numRetries\":1", "\"minDelayTarget\":20"));
        subscriptions.setAttribute(arn, "FilterPolicy", "");
        assertThat(subscriptions.attributes(arn)).doesNotContainKey("FilterPolicy");
    }

    @Test
    void refusesAttributesThatMeanNothingHere() {
        String arn = confirmed(URL, Map.of());

        assertInvalid(() -> subscriptions.setAttribute(arn, "RedrivePolicy", "{}"), "RedrivePolicy is not supported");
        assertInvalid(() -> subscriptions.setAttribute(arn, "AuthenticateOnUnsubscribe", ""), "not supported");
        assertInvalid(() -> subscriptions.setAttribute(arn, "FilterPolicyScope", "Body"), "FilterPolicyScope");
        assertInvalid(() -> subscriptions.setAttribute(arn, "FilterPolicy", "{\"a\":{\"b\":[1]}}"), "FilterPolicy");
        assertInvalid(() -> subscriptions.setAttribute(arn, "RawMessageDelivery", "yes"), "RawMessageDelivery");
        assertInvalid(
                () -> subscriptions.subscribe(topic, "http", URL, Map.of("RawMessageDelivery", "true")),
                "already exists with different attributes");
    }

    @Test
    void sendsASubscriberOnlyWhatItWants() {
        confirmed("http://a.example/", Map.of("FilterPolicy", "{\"kind\":[\"a\"]}"));
        confirmed(
                "http://body.example/",
                Map.of("FilterPolicy", "{\"n\":{\"m\":[1]}}", "FilterPolicyScope", "MessageBody"));

        assertThat(told("{\"n\":{\"m\":1}}", Map.of("kind", new MessageAttribute("String", "a"))))
                .containsExactlyInAnyOrder("http://a.example/", "http://body.example/");
        assertThat(told("{\"n\":{\"m\":1}}", Map.of())).containsExactly("http://body.example/");
        assertThat(told("no JSON", Map.of("kind", new MessageAttribute("String", "b"))))
                .isEmpty();
    }

    @Test
    void needsNoConfirmationOfAKafkaTopic() {
        Subscribed subscribed = subscriptions.subscribe(topic, "kafka", "alerts-out", Map.of());

        assertThat(subscribed.token()).isNull();
        assertThat(subscribed.subscription().isConfirmed()).isTrue();
        assertThat(deliveries("m", Map.of()))
                .extracting(OwedDelivery::destination)
                .containsExactly(new Destination.KafkaSubscription(
                        topic, subscribed.subscription().arn(), "alerts-out"));
        assertThat(subscriptions
                        .unsubscribe(subscribed.subscription().arn(), false)
                        .token())
                .isNull();
        assertThat(deliveries("m", Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "millrace.owed",
                "millrace.q.a.b.rt0",
                "dlq.millrace",
                "__consumer_offsets",
                "..",
                "a b",
                "a/b",
                "",
                "ä"
            })
    void refusesKafkaTopicsThatAreNotAUsers(String name) {
        assertInvalid(() -> subscriptions.subscribe(topic, "kafka", name, Map.of()), "Endpoint");
        assertInvalid(() -> subscriptions.subscribe(topic, "kafka", "t".repeat(250), Map.of()), "Endpoint");
    }

    @Test
    void givesASubscriptionBackToWhoShowsTheTokenOfItsEnd() {
        String arn = confirmed(URL, Map.of("RawMessageDelivery", "true"));

        Subscribed ended = subscriptions.unsubscribe(arn, false);

        String token = Objects.requireNonNull(ended.token());
        assertThat(subscriptions.listSubscriptions(null).items()).isEmpty();
        assertThat(deliveries("m", Map.of())).isEmpty();
        assertThat(fixture.topics.attributes(topic)).containsEntry("SubscriptionsDeleted", "1");
        assertThatThrownBy(() -> subscriptions.attributes(arn)).hasMessageContaining("Subscription does not exist");
        subscriptions.confirmSubscription(topic, token, false, false);
        assertThat(subscriptions.attributes(arn)).containsEntry("RawMessageDelivery", "true");
        assertThat(deliveries("m", Map.of())).hasSize(1);
    }

    @Test
    void forgetsWhatNobodyTookBack() {
        String arn = confirmed(URL, Map.of());
        String token =
                Objects.requireNonNull(subscriptions.unsubscribe(arn, true).token());
        fixture.pass(Duration.ofDays(4));

        assertInvalid(() -> subscriptions.confirmSubscription(topic, token, true, false), "Token");
        subscriptions.unsubscribe(confirmed("http://other.example/", Map.of()), true);

        assertThat(fixture.catalog.find(ResourceKind.SUBSCRIPTION, arn.substring(arn.lastIndexOf(':') + 1)))
                .isEmpty();
    }

    @Test
    void letsNoLinkEndASubscriptionThatWasConfirmedSo() {
        String token = Objects.requireNonNull(
                subscriptions.subscribe(topic, "http", URL, Map.of()).token());
        String arn = subscriptions.confirmSubscription(topic, token, true, true).arn();

        assertThatThrownBy(() -> subscriptions.unsubscribe(arn, false))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED));
        assertThat(subscriptions.attributes(arn)).containsEntry("ConfirmationWasAuthenticated", "true");
        assertThat(subscriptions.unsubscribe(arn, true).token()).isNotNull();
    }

    @Test
    void hidesTheSubscribersPassword() {
        String arn = confirmed("http://user:p%40ss@example.com/x", Map.of());

        assertThat(subscriptions.attributes(arn)).containsEntry("Endpoint", "http://user:****@example.com/x");
        assertThat(SubscriberAddress.parse("http://user:p%40ss+1@example.com/x"))
                .satisfies(address -> {
                    assertThat(address.url()).isEqualTo("http://example.com/x");
                    assertThat(address.authorization()).hasValue("Basic dXNlcjpwQHNzKzE=");
                });
        assertThat(deliveries("m", Map.of()))
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.key()).doesNotContain("p%40ss"));
    }

    private String confirmed(String url, Map<String, String> attributes) {
        String token = Objects.requireNonNull(
                subscriptions.subscribe(topic, "http", url, attributes).token());
        return subscriptions.confirmSubscription(topic, token, false, false).arn();
    }

    private List<String> told(String text, Map<String, MessageAttribute> attributes) {
        return deliveries(text, attributes).stream()
                .map(delivery -> ((Destination.Subscription) delivery.destination()).url())
                .toList();
    }

    private List<OwedDelivery> deliveries(String text, Map<String, MessageAttribute> attributes) {
        var publication = new Publication("id", MessageText.of(text), null, attributes, fixture.clock.instant());
        return publisher.deliveries(topic, publication, fixture.clock.instant());
    }

    private static void assertInvalid(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR))
                .hasMessageContaining(message);
    }
}

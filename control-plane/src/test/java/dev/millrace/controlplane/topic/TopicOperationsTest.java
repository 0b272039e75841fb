package dev.millrace.controlplane.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.controlplane.operation.AwsErrors.AwsError;
import dev.millrace.controlplane.topic.SubscriptionOperations.Subscribed;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicOperationsTest {
    private static final AwsError INVALID = new AwsError("InvalidParameter", 400);
    private static final AwsError NOT_FOUND = new AwsError("NotFound", 404);

    private final Fixture fixture = new Fixture();
    private final TopicOperations topics = fixture.topics;
    private final SubscriptionOperations subscriptions = fixture.subscriptions;

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void createsATopicOnce() {
        TopicResource first = topics.createTopic("done", Map.of("DisplayName", "Done"), Map.of("k", "v"));

        assertThat(first.arn()).isEqualTo("arn:aws:sns:us-east-1:000000000000:done");
        assertThat(topics.createTopic("done", Map.of(), Map.of())).isEqualTo(first);
        assertThat(topics.listTopics(null).items()).containsExactly(first);
    }

    @Test
    void makesNoTopicAnotherOne() {
        topics.createTopic("done", Map.of("DisplayName", "Done"), Map.of("k", "v"));

        assertFails(
                INVALID,
                () -> topics.createTopic("done", Map.of("DisplayName", "Other"), Map.of()),
                "Topic already exists with different attributes");
        assertFails(
                INVALID,
                () -> topics.createTopic("done", Map.of(), Map.of("k", "w")),
                "Topic already exists with different tags");
    }

    @Test
    void showsAndChangesAttributes() {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();
        subscriptions.subscribe(arn, "http", "http://example.com/", Map.of());
        subscriptions.subscribe(arn, "kafka", "results", Map.of());

        topics.setAttribute(arn, "DisplayName", "Done");
        topics.setAttribute(arn, "SignatureVersion", "2");
        topics.setAttribute(arn, "DeliveryPolicy", "{\"http\":{\"defaultHealthyRetryPolicy\":{\"numRetries\":5}}}");

        assertThat(topics.attributes(arn))
                .containsEntry("TopicArn", arn)
                .containsEntry("Owner", "000000000000")
                .containsEntry("DisplayName", "Done")
                .containsEntry("SignatureVersion", "2")
                .containsEntry("SubscriptionsConfirmed", "1")
                .containsEntry("SubscriptionsPending", "1")
                .containsEntry("SubscriptionsDeleted", "0")
                .containsKey("Policy")
                .hasEntrySatisfying(
                        "EffectiveDeliveryPolicy", policy -> assertThat(policy).contains("\"numRetries\":5"));
        topics.setAttribute(arn, "DeliveryPolicy", "");
        assertThat(topics.attributes(arn)).doesNotContainKeys("DeliveryPolicy", "EffectiveDeliveryPolicy");
        assertFails(INVALID, () -> topics.setAttribute(arn, "SignatureVersion", "3"), "1 or 2 expected");
        assertFails(INVALID, () -> topics.setAttribute(arn, "Policy", "[]"), "a JSON object expected");
        assertFails(INVALID, () -> topics.setAttribute(arn, "FifoTopic", "true"), "FifoTopic is not supported");
        assertFails(INVALID, () -> topics.setAttribute(arn, "DisplayName", "d".repeat(101)), "DisplayName");
        assertFails(NOT_FOUND, () -> topics.setAttribute(arn + "2", "DisplayName", "x"), "Topic does not exist");
    }

    @Test
    void tagsAndUntags() {
        String arn = topics.createTopic("done", Map.of(), Map.of("a", "1")).arn();

        topics.tag(arn, Map.of("a", "2", "b", "3"));
        topics.untag(arn, List.of("b", "c"));

        assertThat(topics.tags(arn)).containsOnly(Map.entry("a", "2"));
        assertFails(INVALID, () -> topics.tag(arn, Map.of("k".repeat(129), "")), "Tags");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../a", "a/b", "a.b", "a%2fb", "é", "queue.fifo"})
    void refusesTopicNames(String name) {
        assertFails(INVALID, () -> topics.createTopic(name, Map.of(), Map.of()), "Invalid parameter: Topic Name");
    }

    @Test
    void takesNamesUpToTheLimit() {
        assertThat(topics.createTopic("t".repeat(256), Map.of(), Map.of()).arn())
                .endsWith("t");
        assertFails(
                INVALID,
                () -> topics.createTopic("t".repeat(257), Map.of(), Map.of()),
                "Invalid parameter: Topic Name");
    }

    @Test
    void refusesAttributesWhoseFeatureIsNotThere() {
        assertFails(INVALID, () -> topics.createTopic("t", Map.of("FifoTopic", "true"), Map.of()), "not supported yet");
        assertFails(
                INVALID, () -> topics.createTopic("t", Map.of("SignatureVersion", "3"), Map.of()), "1 or 2 expected");
        String arn = topics.createTopic("t", Map.of("SignatureVersion", "2"), Map.of())
                .arn();
        assertFails(
                INVALID,
                () -> subscriptions.subscribe(arn, "http", "http://example.com/", Map.of("RedrivePolicy", "{}")),
                "not supported yet");
        assertFails(
                INVALID,
                () -> subscriptions.subscribe(arn, "http", "http://example.com/", Map.of("RawMessageDelivery", "yes")),
                "true or false expected");
    }

    @Test
    void confirmsWithTheTokenAndOnlyWithIt() {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();
        Subscribed subscribed = subscriptions.subscribe(arn, "https", "https://example.com/hook?a=b", Map.of());
        String token = Objects.requireNonNull(subscribed.token());
        assertThat(subscribed.subscription().isConfirmed()).isFalse();
        assertThat(subscribed.subscription().arn()).startsWith(arn + ":");
        assertThat(subscribed.subscription().toString()).doesNotContain(token);

        assertFails(
                INVALID,
                () -> subscriptions.confirmSubscription(arn, "guess", true, false),
                "Invalid parameter: Token");
        SubscriptionResource confirmed = subscriptions.confirmSubscription(arn, token, true, false);

        assertThat(confirmed.isConfirmed()).isTrue();
        assertThat(subscriptions.confirmSubscription(arn, token, true, false)).isEqualTo(confirmed);
    }

    @Test
    void refusesATokenOfAnotherTopicAndOneThatIsTooOld() {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();
        String other = topics.createTopic("other", Map.of(), Map.of()).arn();
        String token = Objects.requireNonNull(subscriptions
                .subscribe(arn, "http", "http://example.com/", Map.of())
                .token());

        assertFails(
                INVALID,
                () -> subscriptions.confirmSubscription(other, token, true, false),
                "Invalid parameter: Token");
        fixture.pass(Duration.ofDays(4));
        assertFails(
                INVALID, () -> subscriptions.confirmSubscription(arn, token, true, false), "Invalid parameter: Token");
    }

    @Test
    void subscribesAnAddressOnce() {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();
        Subscribed first = subscriptions.subscribe(arn, "http", "http://example.com/", Map.of());
        Subscribed again = subscriptions.subscribe(arn, "http", "http://example.com/", Map.of());
        String token = Objects.requireNonNull(again.token());

        assertThat(again.subscription().arn()).isEqualTo(first.subscription().arn());
        assertThat(token).isNotEqualTo(first.token());
        subscriptions.confirmSubscription(arn, token, true, false);
        Subscribed afterwards = subscriptions.subscribe(arn, "http", "http://example.com/", Map.of());

        assertThat(afterwards.token()).isNull();
        assertThat(afterwards.subscription().isConfirmed()).isTrue();
        assertThat(subscriptions.listSubscriptionsByTopic(arn, null).items()).hasSize(1);
    }

    @Test
    void leavesNoSubscriptionBehind() {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();
        String subscription = subscriptions
                .subscribe(arn, "http", "http://example.com/", Map.of())
                .subscription()
                .arn();
        subscriptions.subscribe(arn, "http", "http://example.com/2", Map.of());

        subscriptions.unsubscribe(subscription, true);
        assertThat(subscriptions.listSubscriptionsByTopic(arn, null).items()).hasSize(1);
        assertFails(NOT_FOUND, () -> subscriptions.unsubscribe(subscription, true), "Subscription does not exist");
        topics.deleteTopic(arn);
        topics.deleteTopic(arn);

        assertThat(subscriptions.listSubscriptions(null).items()).isEmpty();
        assertFails(NOT_FOUND, () -> subscriptions.listSubscriptionsByTopic(arn, null), "Topic does not exist");
    }

    @Test
    void refusesArnsThatAreNoneOfOurs() {
        assertFails(
                NOT_FOUND,
                () -> subscriptions.subscribe(
                        "arn:aws:sns:us-east-1:000000000000:none", "http", "http://example.com/", Map.of()),
                "Topic does not exist");
        assertFails(
                NOT_FOUND,
                () -> subscriptions.subscribe(
                        "arn:aws:sns:eu-west-1:123456789012:none", "http", "http://example.com/", Map.of()),
                "Topic does not exist");
        assertFails(INVALID, () -> topics.deleteTopic("../../model/x"), "Invalid parameter: TopicArn");
        assertFails(INVALID, () -> topics.deleteTopic("arn:aws:sns:us-east-1:000000000000:a/../b"), "TopicArn");
        assertFails(
                INVALID,
                () -> subscriptions.unsubscribe("pending confirmation", true),
                "Invalid parameter: SubscriptionArn");
        assertFails(
                INVALID,
                () -> subscriptions.unsubscribe("arn:aws:sns:us-east-1:000000000000:t:../x", true),
                "SubscriptionArn");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/",
                "ftp://example.com/",
                "file:///etc/passwd",
                "http:///x",
                "http://",
                "http://user@example.com/",
                "http://a#@b/",
                "http://example.com/#x",
                "http://example.com:0/",
                "http://example.com:99999/",
                "http://exa mple.com/",
                "http://①②⑦.0.0.1/",
                "http://example.com/\u0000",
                "http://example.com/\r\nHost: x",
                "http://[::1",
                "javascript:alert(1)",
                ""
            })
    void refusesAddressesOfAnOddForm(String address) {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();

        assertFails(
                INVALID, () -> subscriptions.subscribe(arn, "http", address, Map.of()), "Invalid parameter: Endpoint");
        assertThat(fixture.catalog.all(ResourceKind.SUBSCRIPTION)).isEmpty();
    }

    @Test
    void refusesLongAddressesAndOtherProtocols() {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();

        assertFails(
                INVALID,
                () -> subscriptions.subscribe(arn, "http", "http://example.com/" + "x".repeat(8192), Map.of()),
                "Invalid parameter: Endpoint");
        assertFails(
                INVALID,
                () -> subscriptions.subscribe(arn, "sqs", "arn:aws:sqs:x", Map.of()),
                "Invalid parameter: Protocol");
    }

    @Test
    void listsInPagesOfAHundred() {
        String arn = topics.createTopic("done", Map.of(), Map.of()).arn();
        for (int i = 0; i < 205; i++) {
            subscriptions.subscribe(arn, "http", "http://example.com/" + i, Map.of());
        }

        var seen = new ArrayList<String>();
        Page<SubscriptionResource> page = subscriptions.listSubscriptionsByTopic(arn, null);
        page.items().forEach(each -> seen.add(each.name()));
        while (page.nextToken() != null) {
            page = subscriptions.listSubscriptionsByTopic(arn, page.nextToken());
            page.items().forEach(each -> seen.add(each.name()));
        }

        assertThat(seen).hasSize(205).doesNotHaveDuplicates();
        assertFails(INVALID, () -> topics.listTopics("!"), "Invalid parameter: NextToken");
    }

    private static void assertFails(AwsError error, ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PlatformException.class,
                        e -> assertThat(AwsErrors.sns(e.code())).isEqualTo(error))
                .hasMessageContaining(message);
    }
}

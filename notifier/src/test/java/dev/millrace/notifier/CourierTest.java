package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.invocation.codec.TopicMessages;
import dev.millrace.outbound.AddressGuard;
import dev.millrace.outbound.OutboundCaller;
import dev.millrace.testkit.Ports;
import dev.millrace.testkit.WebhookReceiver;
import dev.millrace.testkit.WebhookReceiver.Answer;
import dev.millrace.testkit.WebhookReceiver.Received;
import dev.millrace.testkit.contract.Requests;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One attempt at one delivery, over real HTTP.
class CourierTest {
    private static final int CALLS_BEFORE_A_BREAKER_OPENS = 10;

    private record SentRecord(String topic, String key, Map<String, String> headers, String text) {}

    private final List<SentRecord> records = new ArrayList<>();
    private final TestControlPlane controlPlane = TestControlPlane.inMemory();
    private final WebhookReceiver receiver = new WebhookReceiver();
    private final EndpointResource endpoint = controlPlane.createEndpoint(Requests.endpoint());
    private final OutboundCaller loopbackAllowed = caller(List.of("127.0.0.0/8"));
    private final OutboundCaller nothingAllowed = caller(List.of());
    private final Courier courier = courier(loopbackAllowed);

    @AfterEach
    void close() {
        loopbackAllowed.close();
        nothingAllowed.close();
        receiver.close();
        controlPlane.close();
    }

    @Test
    void signsAWebhookWithTheSecretOfItsEndpoint() throws InterruptedException {
        Attempt attempt = courier.attempt(webhook("msg_1", receiver.url("/hook?a=b")));

        assertThat(attempt).isEqualTo(new Attempt.Taken());
        Received request = receiver.received().getFirst();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/hook?a=b");
        assertThat(request.text()).isEqualTo("{\"n\":1}");
        assertThat(request.header("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        assertThat(request.header("webhook-id")).hasValue("msg_1");
        assertThat(TestControlPlane.isSignedWith(endpoint.webhookSecret(), request))
                .isTrue();
    }

    @Test
    void signsEachAttemptAnewWithItsOwnTime() throws InterruptedException {
        long before = Instant.now().getEpochSecond();

        courier.attempt(webhook("msg_1", receiver.url("/")));

        assertThat(receiver.received().getFirst().header("webhook-timestamp"))
                .hasValueSatisfying(time -> assertThat(Long.parseLong(time))
                        .isBetween(before, Instant.now().getEpochSecond()));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void isTakenWithAnyAnswerOfSuccess(int status) throws InterruptedException {
        receiver.answer(Answer.of(status));

        assertThat(courier.attempt(webhook("msg_1", receiver.url("/")))).isEqualTo(new Attempt.Taken());
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 304, 307, 308, 400, 401, 404, 408, 418, 429, 500, 502, 503, 504})
    void failsForNowWithAnyOtherAnswer(int status) throws InterruptedException {
        receiver.answer(Answer.of(status));

        assertThat(courier.attempt(webhook("msg_1", receiver.url("/"))))
                .isEqualTo(new Attempt.Failed("answered " + status, null));
    }

    @Test
    void isRefusedForGoodByAReceiverThatIsGone() throws InterruptedException {
        receiver.answer(Answer.of(410));

        assertThat(courier.attempt(webhook("msg_1", receiver.url("/")))).isInstanceOf(Attempt.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({"429,30", "503,120", "500,1"})
    void passesOnHowLongTheReceiverWantsToBeLeftAlone(int status, int seconds) throws InterruptedException {
        receiver.answer(Answer.of(status).withHeader("Retry-After", Integer.toString(seconds)));

        assertThat(courier.attempt(webhook("msg_1", receiver.url("/"))))
                .isEqualTo(new Attempt.Failed("answered " + status, Duration.ofSeconds(seconds)));
    }

    @Test
    void followsNoRedirect() throws InterruptedException {
        try (var inside = new WebhookReceiver()) {
            receiver.answer(
                    Answer.of(307).withHeader("Location", inside.url("/secret").toString()));

            Attempt attempt = courier.attempt(webhook("msg_1", receiver.url("/")));

            assertThat(attempt).isInstanceOf(Attempt.Failed.class);
            assertThat(receiver.received()).hasSize(1);
            assertThat(inside.received()).isEmpty();
        }
    }

    @Test
    void callsNoPrivateAddressThatIsNotAllowed() throws InterruptedException {
        Attempt attempt = courier(nothingAllowed).attempt(webhook("msg_1", receiver.url("/")));

        assertThat(attempt).isInstanceOf(Attempt.Failed.class);
        assertThat(receiver.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:pass@127.0.0.1:8080/",
                "http://127.1:8080/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://①②⑦.⓪.⓪.①/",
                "http://127.0.0.1:22/",
                "http://127.0.0.1:6379/",
                "http://a#@b/",
                "http://a\\@b/",
                "ftp://example.com/",
                "file:///etc/passwd",
                "gopher://example.com/",
                "http://",
                "",
                "no url",
                "http://example.com/\r\nX-Injected: 1",
                "http://[::1%25lo]/"
            })
    void isRefusedForGoodWhereTheAddressIsNone(String url) throws InterruptedException {
        assertThat(courier.attempt(webhook("msg_1", url))).isInstanceOf(Attempt.Refused.class);
        assertThat(receiver.received()).isEmpty();
    }

    /// Names that pass as DNS names and that the HTTP client may still not take.
    @ParameterizedTest
    @ValueSource(strings = {"http://xn--a-ecp.ru/", "http://xn--0/", "http://xn---/", "http://a..b/", "http://-a.b/"})
    void neverThrowsOnANameThatNobodyCanCall(String url) throws InterruptedException {
        assertThat(courier.attempt(webhook("msg_1", url))).isInstanceOfAny(Attempt.Refused.class, Attempt.Failed.class);
    }

    @Test
    void failsForNowWhereNobodyListens() throws InterruptedException {
        assertThat(courier.attempt(webhook("msg_1", URI.create("http://127.0.0.1:" + Ports.free() + "/"))))
                .isInstanceOf(Attempt.Failed.class);
    }

    @Test
    void givesUpOnAReceiverThatHangsAfterTheTimeLimit() throws InterruptedException {
        receiver.answer(Answer.of(200).after(Duration.ofMinutes(1)));
        long start = System.nanoTime();

        Attempt attempt = courier.attempt(webhook("msg_1", receiver.url("/")));

        assertThat(attempt).isInstanceOf(Attempt.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void refusesAWebhookOfAnEndpointOfWhichNothingIsKept() throws InterruptedException {
        var unknown = new Destination.Webhook(
                new EndpointName("never-was"), Instant.now(), receiver.url("/").toString());

        assertThat(courier.attempt(OwedDelivery.first("msg_1", unknown, "{}", Instant.now())))
                .isInstanceOf(Attempt.Refused.class);
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void leavesADeadDestinationAloneAndCallsTheOthers() throws InterruptedException {
        receiver.answer(Answer.of(500));
        for (int call = 0; call < CALLS_BEFORE_A_BREAKER_OPENS; call++) {
            assertThat(courier.attempt(webhook("msg_" + call, receiver.url("/" + call))))
                    .isInstanceOf(Attempt.Failed.class);
        }

        Attempt next = courier.attempt(webhook("msg_next", receiver.url("/another-path")));

        assertThat(next).isEqualTo(new Attempt.NotMade(Breakers.OPEN));
        assertThat(receiver.received()).hasSize(CALLS_BEFORE_A_BREAKER_OPENS);
        try (var healthy = new WebhookReceiver()) {
            assertThat(courier.attempt(webhook("msg_next", healthy.url("/")))).isEqualTo(new Attempt.Taken());
        }
    }

    @Test
    void keepsCallingAReceiverThatRefusesSomeForGood() throws InterruptedException {
        receiver.answer(Answer.of(410));
        for (int call = 0; call < 3 * CALLS_BEFORE_A_BREAKER_OPENS; call++) {
            assertThat(courier.attempt(webhook("msg_" + call, receiver.url("/" + call))))
                    .isInstanceOf(Attempt.Refused.class);
        }
    }

    @Test
    void sendsSubscribersTheMessageInAnEnvelope() throws InterruptedException {
        Attempt attempt = courier.attempt(notification(subscribe(Map.of()), "hello"));

        assertThat(attempt).isEqualTo(new Attempt.Taken());
        Received request = receiver.received("/sns").getFirst();
        JsonNode envelope = new JsonMapper().readTree(request.text());
        assertThat(envelope.path("Type").asString()).isEqualTo("Notification");
        assertThat(envelope.path("MessageId").asString()).isEqualTo("id-1");
        assertThat(envelope.path("Subject").asString()).isEqualTo("a subject");
        assertThat(envelope.path("Message").asString()).isEqualTo("hello");
        assertThat(envelope.path("MessageAttributes").path("kind").path("Value").asString())
                .isEqualTo("x");
        assertThat(request.header("content-type"))
                .hasValueSatisfying(type -> assertThat(type).isEqualToIgnoringCase("text/plain; charset=UTF-8"));
        assertThat(request.header("user-agent")).hasValue("Amazon Simple Notification Service Agent");
        assertThat(request.header("x-amz-sns-message-type")).hasValue("Notification");
        assertThat(request.header("x-amz-sns-message-id")).hasValue("id-1");
        assertThat(request.header("x-amz-sns-rawdelivery")).isEmpty();
        assertThat(request.header("webhook-signature")).isEmpty();
    }

    @Test
    void sendsThoseWhoWantNoEnvelopeTheBareText() throws InterruptedException {
        courier.attempt(notification(subscribe(Map.of("RawMessageDelivery", "true")), "hello"));

        Received request = receiver.received("/sns").getFirst();
        assertThat(request.text()).isEqualTo("hello");
        assertThat(request.header("x-amz-sns-rawdelivery")).hasValue("true");
    }

    @Test
    void showsASubscribersServerItsPassword() throws InterruptedException {
        String url = receiver.url("/sns").toString();
        String subscription = subscribe(url.replace("http://", "http://user:p%40ss@"), Map.of());
        var to = new Destination.Subscription(
                subscription.substring(0, subscription.lastIndexOf(':')),
                subscription,
                url.replace("http://", "http://user:p%40ss@"),
                SnsEnvelope.NOTIFICATION);

        Attempt attempt = courier.attempt(OwedDelivery.first("id-1", to, message("hello"), Instant.now()));

        assertThat(attempt).isEqualTo(new Attempt.Taken());
        Received request = receiver.received("/sns").getFirst();
        assertThat(request.header("authorization")).hasValue("Basic dXNlcjpwQHNz");
    }

    @Test
    void sendsAKafkaSubscriberARecord() throws InterruptedException {
        String topic = controlPlane.createTopic("done");
        String subscription = controlPlane
                .subscriptions
                .subscribe(topic, "kafka", "alerts", Map.of("RawMessageDelivery", "true"))
                .subscription()
                .arn();
        var to = new Destination.KafkaSubscription(topic, subscription, "alerts");

        Attempt attempt = courier.attempt(OwedDelivery.first("id-1", to, message("hello"), Instant.now()));

        assertThat(attempt).isEqualTo(new Attempt.Taken());
        assertThat(records)
                .containsExactly(new SentRecord(
                        "alerts",
                        "id-1",
                        Map.of(
                                "message-id", "id-1",
                                "topic-arn", topic,
                                "subscription-arn", subscription,
                                "subject", "a subject",
                                "attribute.kind", "x"),
                        "hello"));
    }

    @Test
    void givesASubscriberTheContentTypeAndTheRateOfItsPolicy() throws InterruptedException {
        String subscription = subscribe(Map.of(
                "DeliveryPolicy",
                "{\"requestPolicy\":{\"headerContentType\":\"application/json\"},"
                        + "\"throttlePolicy\":{\"maxReceivesPerSecond\":1}}"));

        var inOneInstant = InstantSource.fixed(Instant.now());
        Courier throttled = Couriers.of(controlPlane.catalog, loopbackAllowed, this::taken, inOneInstant);

        Attempt first = throttled.attempt(notification(subscription, "1"));
        Attempt second = throttled.attempt(notification(subscription, "2"));

        assertThat(first).isEqualTo(new Attempt.Taken());
        assertThat(second).isInstanceOf(Attempt.NotMade.class);
        assertThat(receiver.received("/sns"))
                .singleElement()
                .satisfies(request -> assertThat(request.header("content-type"))
                        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json")));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 410, 413, 418, 499})
    void takesASubscribersClientErrorForItsLastWord(int status) throws InterruptedException {
        String subscription = subscribe(Map.of());
        receiver.answer(Answer.of(status));

        assertThat(courier.attempt(notification(subscription, "{}"))).isInstanceOf(Attempt.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 429, 500, 502, 503, 504})
    void triesASubscriberAgainThatMayTakeItLater(int status) throws InterruptedException {
        String subscription = subscribe(Map.of());
        receiver.answer(Answer.of(status));

        assertThat(courier.attempt(notification(subscription, "{}"))).isInstanceOf(Attempt.Failed.class);
    }

    @Test
    void sendsNothingMoreToThoseWhoHaveUnsubscribed() throws InterruptedException {
        String subscription = subscribe(Map.of());
        controlPlane.subscriptions.unsubscribe(subscription, true);

        assertThat(courier.attempt(notification(subscription, "{}"))).isInstanceOf(Attempt.Refused.class);
        assertThat(receiver.received()).isEmpty();
    }

    private String subscribe(Map<String, String> attributes) {
        return subscribe(receiver.url("/sns").toString(), attributes);
    }

    private String subscribe(String url, Map<String, String> attributes) {
        String topic = controlPlane.createTopic("done");
        controlPlane.subscribe(topic, URI.create(url), attributes);
        return controlPlane
                .subscriptions
                .listSubscriptionsByTopic(topic, null)
                .items()
                .getFirst()
                .arn();
    }

    private OwedDelivery notification(String subscriptionArn, String text) {
        var to = new Destination.Subscription(
                subscriptionArn.substring(0, subscriptionArn.lastIndexOf(':')),
                subscriptionArn,
                receiver.url("/sns").toString(),
                SnsEnvelope.NOTIFICATION);
        return OwedDelivery.first("id-1", to, message(text), Instant.now());
    }

    private static String message(String text) {
        var attributes = Map.of("kind", new MessageAttribute("String", "x"));
        return TopicMessages.write(new TopicMessage(text, "a subject", attributes, Instant.now()));
    }

    private OwedDelivery webhook(String messageId, URI url) {
        return webhook(messageId, url.toString());
    }

    private OwedDelivery webhook(String messageId, String url) {
        return OwedDelivery.first(
                messageId,
                new Destination.Webhook(endpoint.endpoint(), endpoint.createdAt(), url),
                "{\"n\":1}",
                Instant.now());
    }

    private static OutboundCaller caller(List<String> allowed) {
        return new OutboundCaller(new AddressGuard(allowed), Duration.ofSeconds(2));
    }

    private Courier courier(OutboundCaller caller) {
        return Couriers.of(controlPlane.catalog, caller, this::taken, InstantSource.system());
    }

    private CompletionStage<Void> taken(String topic, String key, Map<String, String> headers, Payload value) {
        records.add(new SentRecord(topic, key, headers, value.utf8()));
        return CompletableFuture.completedFuture(null);
    }
}

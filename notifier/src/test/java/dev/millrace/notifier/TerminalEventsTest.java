package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.topic.TopicPublisher;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.codec.TopicMessages;
import dev.millrace.invocation.port.Feed;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.contract.Requests;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// What an event makes owed, and to whom.
class TerminalEventsTest {
    private static final URI HOOK = URI.create("https://receiver.example/hook");
    private static final JsonMapper JSON = new JsonMapper();

    private final InstantSource clock = InstantSource.system();
    private final TestControlPlane controlPlane = TestControlPlane.inMemory();
    private final FakeFeed<OwedDelivery> owed = new FakeFeed<>(clock);
    private final TerminalEvents events = terminalEvents();
    private final EndpointName name = Requests.endpoint();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @Test
    void owesTheWebhookThatTheRequestNames() {
        EndpointResource endpoint = controlPlane.createEndpoint(name);
        InvocationEvent.Completed event = Ends.completed(call(HOOK, null));

        read(event);

        assertThat(written()).singleElement().satisfies(delivery -> {
            assertThat(delivery.messageId()).isEqualTo("msg_" + event.invocationId());
            assertThat(delivery.destination())
                    .isEqualTo(new Destination.Webhook(name, endpoint.createdAt(), HOOK.toString()));
            assertThat(delivery.attempts()).isZero();
            assertThat(delivery.call())
                    .isEqualTo(new OwedDelivery.Call(name, event.summary().variant()));
            assertThat(JSON.readTree(delivery.body()).path("invocationStatus").asString())
                    .isEqualTo("Completed");
        });
    }

    @Test
    void owesTheResultTopicThatTheRequestNames() {
        controlPlane.createEndpoint(name);

        read(Ends.completed(call(null, "results")));

        assertThat(written())
                .singleElement()
                .extracting(OwedDelivery::destination)
                .isEqualTo(new Destination.ResultTopic("results"));
    }

    @Test
    void owesNothingWhereNobodyWantsToKnow() {
        controlPlane.createEndpoint(name);

        read(Ends.completed(call(null, null)));
        read(Ends.failed(call(null, null)));

        assertThat(written()).isEmpty();
    }

    @Test
    void owesNothingForWhatIsNoEnd() {
        controlPlane.createEndpoint(name);
        InvocationSummary call = call(HOOK, "results");

        read(new InvocationEvent.Accepted(call, new GenerationId("g1"), Instant.now()));
        read(new InvocationEvent.Started(call.invocationId(), Instant.now(), "worker", 1));
        events.onDocument(call.invocationId().toString(), null);

        assertThat(written()).isEmpty();
    }

    @Test
    void tellsTheSuccessTopicOfCompletionsAndTheErrorTopicOfAllElse() {
        String done = controlPlane.createTopic("done-" + name);
        String bad = controlPlane.createTopic("bad-" + name);
        controlPlane.subscribe(done, URI.create("http://one.example/done"));
        controlPlane.subscribe(bad, URI.create("http://one.example/bad"));
        controlPlane.createEndpoint(name, "{\"SuccessTopic\":\"%s\",\"ErrorTopic\":\"%s\"}".formatted(done, bad));

        read(Ends.completed(call(null, null)));
        read(Ends.failed(call(null, null)));
        read(new InvocationEvent.Expired(call(null, null), Instant.now()));
        read(new InvocationEvent.Cancelled(call(null, null), Instant.now()));

        assertThat(written())
                .extracting(TerminalEventsTest::url)
                .containsExactly(
                        "http://one.example/done",
                        "http://one.example/bad",
                        "http://one.example/bad",
                        "http://one.example/bad");
    }

    @Test
    void tellsEveryConfirmedSubscriberWithOneMessageIdAndNobodyElse() {
        String topic = controlPlane.createTopic("t-" + name);
        controlPlane.subscribe(topic, URI.create("http://one.example/"));
        controlPlane.subscribe(topic, URI.create("http://two.example/"));
        controlPlane.subscriptions.subscribe(topic, "http", "http://unconfirmed.example/", Map.of());
        String other = controlPlane.createTopic("other-" + name);
        controlPlane.subscribe(other, URI.create("http://other.example/"));
        controlPlane.createEndpoint(name, "{\"SuccessTopic\":\"" + topic + "\"}");

        read(Ends.completed(call(null, null)));

        assertThat(written())
                .extracting(TerminalEventsTest::url)
                .containsExactlyInAnyOrder("http://one.example/", "http://two.example/");
        assertThat(written())
                .extracting(OwedDelivery::messageId)
                .hasSize(2)
                .containsOnly(written().getFirst().messageId());
    }

    @Test
    void tellsNobodyWhoHasUnsubscribed() {
        String topic = controlPlane.createTopic("t-" + name);
        controlPlane.subscribe(topic, URI.create("http://one.example/"));
        controlPlane.createEndpoint(name, "{\"SuccessTopic\":\"" + topic + "\"}");
        String subscription = controlPlane
                .subscriptions
                .listSubscriptionsByTopic(topic, null)
                .items()
                .getFirst()
                .arn();

        controlPlane.subscriptions.unsubscribe(subscription, true);
        read(Ends.completed(call(null, null)));

        assertThat(written()).isEmpty();
    }

    @Test
    void bringsTheOutputAlongWhereTheEndpointSaysSoAndToTopicsOnly() {
        String topic = controlPlane.createTopic("t-" + name);
        controlPlane.subscribe(topic, URI.create("http://one.example/"));
        controlPlane.createEndpoint(
                name,
                "{\"SuccessTopic\":\"%s\",\"IncludeInferenceResponseIn\":[\"SUCCESS_NOTIFICATION_TOPIC\"]}"
                        .formatted(topic));

        read(Ends.completed(call(HOOK, null), Payload.ofUtf8("[7]")));

        assertThat(written()).hasSize(2);
        assertThat(JSON.readTree(written().getFirst().body()).has("responseBody"))
                .isFalse();
        String message = TopicMessages.read(written().getLast().body()).text();
        assertThat(JSON.readTree(message).path("responseBody").path("content").asString())
                .isEqualTo("Wzdd");
    }

    @Test
    void leavesTheOutputOutWhereTheEndpointDoesNotAskForIt() {
        String topic = controlPlane.createTopic("t-" + name);
        controlPlane.subscribe(topic, URI.create("http://one.example/"));
        controlPlane.createEndpoint(
                name,
                "{\"SuccessTopic\":\"%s\",\"IncludeInferenceResponseIn\":[\"ERROR_NOTIFICATION_TOPIC\"]}"
                        .formatted(topic));

        read(Ends.completed(call(null, null), Payload.ofUtf8("[7]")));

        assertThat(written())
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.body()).doesNotContain("responseBody"));
    }

    @Test
    void owesOnceForAnEventThatIsReadTwice() {
        controlPlane.createEndpoint(name);
        InvocationEvent.Completed event = Ends.completed(call(HOOK, "results"));

        read(event);
        read(event);

        assertThat(written()).hasSize(2);
    }

    @Test
    void owesTheSameMessageWhenAnotherNotifierReadsTheEventAgain() {
        controlPlane.createEndpoint(name);
        InvocationEvent.Completed event = Ends.completed(call(HOOK, "results"));

        read(event);
        terminalEvents().onDocument(event.invocationId().toString(), event);

        assertThat(written())
                .extracting(OwedDelivery::key)
                .hasSize(4)
                .satisfies(keys -> assertThat(keys.subList(2, 4)).isEqualTo(keys.subList(0, 2)));
    }

    @Test
    void believesTheFirstOfTwoEnds() {
        controlPlane.createEndpoint(name);
        InvocationSummary call = call(HOOK, null);

        read(Ends.completed(call));
        read(Ends.failed(call));

        assertThat(written())
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.body()).contains("\"invocationStatus\":\"Completed\""));
    }

    @Test
    void takesAnEventForReadOnlyOnceAllThatIsOwedIsWritten() {
        controlPlane.createEndpoint(name);
        InvocationEvent.Completed event = Ends.completed(call(HOOK, "results"));
        owed.setOut(true);

        assertThatThrownBy(() -> read(event)).hasMessageContaining("out of reach");
        owed.setOut(false);
        read(event);

        assertThat(written()).hasSize(2);
    }

    private InvocationSummary call(@Nullable URI webhook, @Nullable String resultTopic) {
        return Ends.call(name, "outputs", webhook, resultTopic);
    }

    private static String url(OwedDelivery delivery) {
        return ((Destination.Subscription) delivery.destination()).url();
    }

    private void read(InvocationEvent event) {
        events.onDocument(event.invocationId().toString(), event);
    }

    private TerminalEvents terminalEvents() {
        var recipients = new Recipients(
                new EndpointHistory(controlPlane.catalog),
                new NotificationBody("us-east-1"),
                new TopicPublisher(controlPlane.catalog));
        return new TerminalEvents(recipients, owed, clock);
    }

    /// What is in the feed up to now.
    private List<OwedDelivery> written() {
        List<OwedDelivery> all = new ArrayList<>();
        try (var now = owed.follow(new Feed.Start.Beginning(), (_, delivery) -> {
            if (delivery != null) {
                all.add(delivery);
            }
        })) {
            now.caughtUp().toCompletableFuture().join();
        }
        return List.copyOf(all);
    }
}

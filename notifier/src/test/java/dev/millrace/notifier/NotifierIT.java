package dev.millrace.notifier;

import static dev.millrace.notifier.NotifierPlatform.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Payload;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.testkit.WebhookReceiver;
import dev.millrace.testkit.WebhookReceiver.Answer;
import dev.millrace.testkit.WebhookReceiver.Received;
import dev.millrace.testkit.contract.Requests;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From an event on a real broker to a receiver on a real socket.
class NotifierIT {
    private static final JsonMapper JSON = new JsonMapper();

    private final EndpointName name = Requests.endpoint();
    private final NotifierPlatform platform = new NotifierPlatform();
    private final TestControlPlane controlPlane = platform.controlPlane;
    private final WebhookReceiver receiver = platform.receiver;

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void postsASignedWebhook() {
        EndpointResource endpoint = controlPlane.createEndpoint(name);
        platform.startNotifier();
        InvocationEvent.Completed event = Ends.completed(call("/hook"));

        platform.publish(event);

        eventually().until(() -> !hooks().isEmpty());
        Received hook = hooks().getFirst();
        assertThat(TestControlPlane.isSignedWith(endpoint.webhookSecret(), hook))
                .isTrue();
        assertThat(hook.header("webhook-id")).hasValue("msg_" + event.invocationId());
        JsonNode body = JSON.readTree(hook.text());
        assertThat(body.path("invocationStatus").asString()).isEqualTo("Completed");
        assertThat(body.path("responseParameters").path("outputLocation").asString())
                .isEqualTo(event.summary().outputLocation().uri());
        assertThat(body.path("inferenceId").asString())
                .isEqualTo(event.summary().inferenceId().value());
    }

    @Test
    void postsOnceHoweverOftenAndHoweverDifferentlyACallIsSaidToHaveEnded() {
        controlPlane.createEndpoint(name);
        platform.startNotifier();
        InvocationSummary call = call("/hook");
        String key = call.invocationId().toString();

        platform.publish(Ends.completed(call));
        platform.publish(Ends.completed(call));
        platform.publish(Ends.failed(call));
        platform.publish(new InvocationEvent.Cancelled(call, Instant.now()));
        platform.publish(key, Ends.completed(call("/after-them")));

        eventually().until(() -> !receiver.received("/after-them").isEmpty());
        eventually().during(Duration.ofSeconds(1)).until(() -> hooks().size() == 1);
        assertThat(hooks().getFirst().text()).contains("\"invocationStatus\":\"Completed\"");
    }

    @Test
    void sendsTheConfirmationThatASubscriberIsOwedAndNothingElseBeforeItConfirms() {
        String topic = controlPlane.createTopic("t-" + name);
        controlPlane.createEndpoint(name, "{\"SuccessTopic\":\"" + topic + "\"}");
        platform.startNotifier();
        var subscribed = controlPlane.subscriptions.subscribe(
                topic, "http", receiver.url("/sns").toString(), Map.of());
        // As the gateway does.
        var to = new Destination.Subscription(
                topic, subscribed.subscription().arn(), receiver.url("/sns").toString(), "SubscriptionConfirmation");
        OwedDelivery confirmation =
                OwedDelivery.first(UUID.randomUUID().toString(), to, String.valueOf(subscribed.token()), Instant.now());
        platform.feeds
                .owedDeliveries()
                .publish(confirmation.key(), confirmation)
                .toCompletableFuture()
                .join();
        platform.publish(Ends.completed(call("/before")));
        eventually()
                .until(() -> !receiver.received("/before").isEmpty()
                        && !receiver.received("/sns").isEmpty());

        JsonNode envelope = JSON.readTree(receiver.received("/sns").getFirst().text());
        controlPlane.subscriptions.confirmSubscription(
                envelope.path("TopicArn").asString(), envelope.path("Token").asString(), false, false);
        InvocationEvent.Completed event = Ends.completed(call("/after"));
        platform.publish(event);

        eventually().until(() -> receiver.received("/sns").size() == 2);
        assertThat(envelope.path("Type").asString()).isEqualTo("SubscriptionConfirmation");
        Received notification = receiver.received("/sns").getLast();
        assertThat(notification.header("x-amz-sns-message-type")).hasValue("Notification");
        assertThat(JSON.readTree(notification.text()).path("Message").asString())
                .contains(event.invocationId().toString());
    }

    @Test
    void tellsSuccessAndErrorTopicsInTheEnvelope() {
        String done = controlPlane.createTopic("done-" + name);
        String bad = controlPlane.createTopic("bad-" + name);
        controlPlane.subscribe(done, receiver.url("/done"));
        controlPlane.subscribe(bad, receiver.url("/bad"));
        controlPlane.createEndpoint(name, """
                {"SuccessTopic":"%s","ErrorTopic":"%s","IncludeInferenceResponseIn":["SUCCESS_NOTIFICATION_TOPIC"]}""".formatted(done, bad));
        platform.startNotifier();

        platform.publish(Ends.completed(Ends.call(name, "outputs", null, null), Payload.ofUtf8("[7]")));
        platform.publish(Ends.failed(Ends.call(name, "outputs", null, null)));

        eventually()
                .until(() -> receiver.received("/done").size() == 1
                        && receiver.received("/bad").size() == 1);
        JsonNode success = message(receiver.received("/done").getFirst(), done);
        assertThat(success.path("invocationStatus").asString()).isEqualTo("Completed");
        assertThat(success.path("responseBody").path("content").asString()).isEqualTo("Wzdd");
        JsonNode failure = message(receiver.received("/bad").getFirst(), bad);
        assertThat(failure.path("invocationStatus").asString()).isEqualTo("Failed");
        assertThat(failure.path("failureReason").asString()).isEqualTo("ClientError: the model wants 64 columns");
    }

    @Test
    void tellsOfWhatEndedWhileNoNotifierRan() {
        controlPlane.createEndpoint(name);
        platform.startNotifier().close();

        platform.publish(Ends.completed(call("/hook")));
        platform.startNotifier();

        eventually().until(() -> hooks().size() == 1);
    }

    @Test
    void goesOnWhereTheOneBeforeWasStopped() {
        controlPlane.createEndpoint(name);
        receiver.answer(Answer.of(503));
        Notifier first = platform.startNotifier();
        platform.publish(Ends.completed(call("/hook")));
        eventually().until(() -> hooks().size() >= 2);
        first.close();
        int before = hooks().size();
        receiver.answer(Answer.of(200));

        platform.startNotifier();

        eventually().until(() -> hooks().size() > before);
        eventually().during(Duration.ofSeconds(2)).until(() -> hooks().size() == before + 1);
        assertThat(hooks())
                .extracting(hook -> hook.header("webhook-id"))
                .containsOnly(hooks().getFirst().header("webhook-id"));
    }

    @Test
    void sharesTheWorkWithAnotherAndTakesItOverWhenThatOneLeaves() {
        controlPlane.createEndpoint(name);
        platform.startNotifier();
        Notifier second = platform.startNotifier();
        publishNumbered(0, 40);
        eventually().until(() -> receiver.received().size() >= 40);

        second.close();
        publishNumbered(40, 80);

        eventually()
                .until(() -> IntStream.range(0, 80)
                        .allMatch(number -> !receiver.received("/" + number).isEmpty()));
    }

    @Test
    void callsNoPrivateAddressUnlessToldTo() {
        controlPlane.createEndpoint(name);
        platform.startNotifier(NotifierPlatform.config(3, List.of()));
        InvocationSummary call = call("/hook");

        platform.publish(Ends.completed(call));

        eventually()
                .until(() -> platform.registry
                                .counter("notification.given-up", "destination", "webhook")
                                .count()
                        >= 1);
        assertThat(receiver.received()).isEmpty();
    }

    @Test
    void isHealthyOnlyWhileItRuns() {
        Notifier notifier = platform.startNotifier();

        eventually()
                .untilAsserted(() ->
                        notifier.healthChecks().forEach(check -> check.probe().check()));
        notifier.close();

        eventually().until(() -> notifier.healthChecks().stream().anyMatch(NotifierIT::fails));
    }

    @Test
    void stopsInTimeWhileReceiversHang() {
        controlPlane.createEndpoint(name);
        receiver.answer(Answer.of(200).after(Duration.ofMinutes(1)));
        Notifier notifier = platform.startNotifier();
        publishNumbered(0, 20);
        eventually().until(() -> !receiver.received().isEmpty());
        long start = System.nanoTime();

        notifier.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    private static JsonNode message(Received delivery, String topicArn) {
        JsonNode envelope = JSON.readTree(delivery.text());
        assertThat(envelope.path("Type").asString()).isEqualTo("Notification");
        assertThat(envelope.path("TopicArn").asString()).isEqualTo(topicArn);
        assertThat(envelope.path("MessageId").asString())
                .isEqualTo(delivery.header("x-amz-sns-message-id").orElseThrow());
        return JSON.readTree(envelope.path("Message").asString());
    }

    private void publishNumbered(int from, int to) {
        IntStream.range(from, to).forEach(number -> platform.publish(Ends.completed(call("/" + number))));
    }

    private static boolean fails(HealthCheck check) {
        try {
            check.probe().check();
            return false;
        } catch (RuntimeException _) {
            return true;
        }
    }

    private InvocationSummary call(String path) {
        URI url = receiver.url(path);
        return Ends.call(name, "outputs", url, null);
    }

    private List<Received> hooks() {
        return receiver.received("/hook");
    }
}

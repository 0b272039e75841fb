package dev.millrace.notifier;

import static dev.millrace.notifier.NotifierPlatform.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.DeletedEndpointResource;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.testkit.WebhookReceiver;
import dev.millrace.testkit.WebhookReceiver.Answer;
import dev.millrace.testkit.WebhookReceiver.Received;
import dev.millrace.testkit.contract.Requests;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is owed for the calls of an endpoint is delivered after its deletion, too.
class DeletedEndpointIT {
    private final EndpointName name = Requests.endpoint();
    private final NotifierPlatform platform = new NotifierPlatform();
    private final TestControlPlane controlPlane = platform.controlPlane;
    private final WebhookReceiver receiver = platform.receiver;

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void deliversWhatWasOwedBeforeTheDeletionWithTheSecretOfThatEndpoint() {
        platform.startNotifier();
        receiver.answer(Answer.of(503));
        EndpointResource first = controlPlane.createEndpoint(name);
        platform.publish(failed());
        eventually().untilAsserted(() -> assertThat(hooks()).isNotEmpty());

        delete(first);
        EndpointResource second = controlPlane.createEndpoint(name);
        int before = hooks().size();
        receiver.answer(Answer.of(200));

        eventually().untilAsserted(() -> assertThat(hooks()).hasSizeGreaterThan(before));
        Received delivered = hooks().getLast();
        assertThat(TestControlPlane.isSignedWith(first.webhookSecret(), delivered))
                .isTrue();
        assertThat(second.webhookSecret()).isNotEqualTo(first.webhookSecret());
        assertThat(hooks()).extracting(each -> each.header("webhook-id")).containsOnly(delivered.header("webhook-id"));
    }

    @Test
    void tellsOfAnEndThatIsReadAfterTheDeletion() {
        platform.startNotifier();
        String topic = controlPlane.createTopic("t-" + name);
        controlPlane.subscribe(topic, receiver.url("/sns"));
        EndpointResource endpoint = controlPlane.createEndpoint(name, "{\"ErrorTopic\":\"" + topic + "\"}");
        InvocationEvent.Failed event = failed();
        delete(endpoint);

        platform.publish(event);

        eventually().untilAsserted(() -> {
            assertThat(hooks()).hasSize(1);
            assertThat(receiver.received("/sns")).hasSize(1);
        });
        assertThat(TestControlPlane.isSignedWith(endpoint.webhookSecret(), hooks().getFirst()))
                .isTrue();
        assertThat(receiver.received("/sns").getFirst().text())
                .contains(event.invocationId().toString());
    }

    private List<Received> hooks() {
        return receiver.received("/hook");
    }

    private InvocationEvent.Failed failed() {
        return Ends.failed(Ends.call(name, "outputs", receiver.url("/hook"), null));
    }

    /// As the controller does.
    private void delete(EndpointResource endpoint) {
        controlPlane.catalog.create(
                ResourceKind.DELETED_ENDPOINT,
                DeletedEndpointResource.of(endpoint, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
        assertThat(controlPlane.catalog.delete(ResourceKind.ENDPOINT, endpoint.name()))
                .isTrue();
    }
}

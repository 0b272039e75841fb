package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.Destination;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final TestControlPlane controlPlane = TestControlPlane.inMemory();
    private final Retries retries = new Retries(controlPlane.catalog, NotifierConfig.DEFAULT);

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @Test
    void followsTheDeliveryPolicyOfASubscription() {
        Destination to = subscribe(Map.of(
                "DeliveryPolicy",
                "{\"healthyRetryPolicy\":{\"numRetries\":2,\"minDelayTarget\":100,\"maxDelayTarget\":100}}"));

        assertThat(retries.next(to, 1, null, NOW))
                .hasValueSatisfying(at -> assertThat(at).isBetween(NOW.plusSeconds(100), NOW.plusSeconds(110)));
        assertThat(retries.next(to, 2, Duration.ofSeconds(500), NOW)).hasValue(NOW.plusSeconds(500));
        assertThat(retries.next(to, 3, null, NOW)).isEmpty();
    }

    @Test
    void followsTheInstallationsScheduleWhereThereIsNoPolicy() {
        Destination to = subscribe(Map.of());

        assertThat(retries.next(to, 7, null, NOW)).isPresent();
        assertThat(retries.next(to, NotifierConfig.DEFAULT.maxAttempts(), null, NOW))
                .isEmpty();
    }

    private Destination subscribe(Map<String, String> attributes) {
        String topic = controlPlane.createTopic("t");
        controlPlane.subscribe(topic, URI.create("http://one.example/"), attributes);
        String arn = controlPlane
                .subscriptions
                .listSubscriptionsByTopic(topic, null)
                .items()
                .getFirst()
                .arn();
        return new Destination.Subscription(topic, arn, "http://one.example/", SnsEnvelope.NOTIFICATION);
    }
}

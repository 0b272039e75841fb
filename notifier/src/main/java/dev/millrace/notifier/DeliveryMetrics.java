package dev.millrace.notifier;

import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts attempts and what was given up, by kind of destination and outcome.
final class DeliveryMetrics {
    private final MeterRegistry registry;

    DeliveryMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void count(OwedDelivery delivery, Attempt attempt) {
        String outcome = switch (attempt) {
            case Attempt.Taken _ -> "taken";
            case Attempt.Failed _ -> "failed";
            case Attempt.Refused _ -> "refused";
            case Attempt.NotMade _ -> "not-made";
        };
        registry.counter("notification.attempts", "destination", kind(delivery), "outcome", outcome)
                .increment();
    }

    void givenUp(OwedDelivery delivery) {
        registry.counter("notification.given-up", "destination", kind(delivery)).increment();
    }

    private static String kind(OwedDelivery delivery) {
        return switch (delivery.destination()) {
            case Destination.Webhook _ -> "webhook";
            case Destination.Subscription _, Destination.KafkaSubscription _ -> "topic";
            case Destination.ResultTopic _ -> "kafka";
        };
    }
}

package dev.millrace.notifier;

import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.monitoring.MetricRecorder;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.monitoring.Unit;
import io.micrometer.core.instrument.MeterRegistry;

/// Counts attempts and what was given up, by kind of destination and outcome; and what was given up of calls'
/// ends for their endpoint, as `NotificationFailures`.
final class DeliveryMetrics {
    private final MeterRegistry registry;
    private final MetricRecorder recorder;

    /// @param recorder of the metrics that callers read
    DeliveryMetrics(MeterRegistry registry, MetricRecorder recorder) {
        this.registry = registry;
        this.recorder = recorder;
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
        OwedDelivery.Call call = delivery.call();
        if (call != null) {
            recorder.record(
                    SageMakerMetrics.ofVariant(
                            "NotificationFailures",
                            call.endpoint().value(),
                            call.variant().value()),
                    Unit.COUNT,
                    1);
        }
    }

    private static String kind(OwedDelivery delivery) {
        return switch (delivery.destination()) {
            case Destination.Webhook _ -> "webhook";
            case Destination.Subscription _, Destination.KafkaSubscription _ -> "topic";
            case Destination.ResultTopic _ -> "kafka";
        };
    }
}

package dev.millrace.notifier;

import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Makes one attempt at one delivery. Blocks its (virtual) thread; thread-safe.
final class Courier {
    /// When a secret that cannot be read now is asked for again.
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final EndpointHistory endpoints;
    private final GuardedPost posts;
    private final ResultRecords results;
    private final Subscribers subscribers;
    private final InstantSource clock;

    Courier(
            EndpointHistory endpoints,
            GuardedPost posts,
            ResultRecords results,
            Subscribers subscribers,
            InstantSource clock) {
        this.endpoints = endpoints;
        this.posts = posts;
        this.results = results;
        this.subscribers = subscribers;
        this.clock = clock;
    }

    Attempt attempt(OwedDelivery delivery) throws InterruptedException {
        return switch (delivery.destination()) {
            case Destination.Webhook webhook -> webhook(webhook, delivery);
            case Destination.Subscription subscription -> subscribers.attempt(subscription, delivery);
            case Destination.KafkaSubscription subscription -> subscribers.attempt(subscription, delivery);
            case Destination.ResultTopic topic -> results.send(topic.topic(), delivery);
        };
    }

    private Attempt webhook(Destination.Webhook webhook, OwedDelivery delivery) {
        Optional<Secret> secret;
        try {
            secret = endpoints.webhookSecret(webhook.endpoint(), webhook.endpointCreatedAt());
        } catch (PlatformException e) {
            return new Attempt.NotMade(ASK_AGAIN);
        }
        if (secret.isEmpty()) {
            return new Attempt.Refused("the endpoint was deleted so long ago that its secret is not kept any more");
        }
        Map<String, String> headers =
                WebhookSignature.headers(secret.get(), delivery.messageId(), clock.instant(), delivery.body());
        return posts.post(webhook.url(), "application/json", headers, delivery.body(), Verdicts::ofWebhook);
    }
}

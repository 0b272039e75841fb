package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.outbound.OutboundAddress;
import dev.millrace.outbound.OutboundAnswer;
import dev.millrace.outbound.OutboundCaller;
import dev.millrace.runtime.Secret;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Makes one attempt at one delivery. Blocks its (virtual) thread; thread-safe.
final class Courier {
    private static final int GONE = 410;

    /// When a secret or subscription that cannot be read now is asked for again.
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final ResourceCatalog catalog;
    private final EndpointHistory endpoints;
    private final OutboundCaller caller;
    private final ResultRecords results;
    private final SnsEnvelope envelopes;
    private final Breakers breakers = new Breakers();
    private final InstantSource clock;

    Courier(
            ResourceCatalog catalog,
            EndpointHistory endpoints,
            OutboundCaller caller,
            ResultRecords results,
            SnsEnvelope envelopes,
            InstantSource clock) {
        this.envelopes = envelopes;
        this.catalog = catalog;
        this.endpoints = endpoints;
        this.caller = caller;
        this.results = results;
        this.clock = clock;
    }

    Attempt attempt(OwedDelivery delivery) throws InterruptedException {
        return switch (delivery.destination()) {
            case Destination.Webhook webhook -> webhook(webhook, delivery);
            case Destination.Subscription subscription -> subscription(subscription, delivery);
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
        return post(webhook.url(), "application/json", headers, delivery.body());
    }

    private Attempt subscription(Destination.Subscription subscription, OwedDelivery delivery) {
        Optional<SubscriptionResource> known;
        try {
            known = find(subscription);
        } catch (PlatformException e) {
            return new Attempt.NotMade(ASK_AGAIN);
        }
        if (known.isEmpty()) {
            return new Attempt.Refused("the receiver has unsubscribed");
        }
        boolean isConfirmation = subscription.messageType().equals(SnsEnvelope.CONFIRMATION);
        String body = isConfirmation
                // What is owed of a confirmation is its token: the links in it are this process's to make.
                ? envelopes.confirmation(subscription, delivery.messageId(), delivery.body(), delivery.createdAt())
                : delivery.body();
        return post(
                subscription.url(),
                SnsEnvelope.CONTENT_TYPE,
                SnsEnvelope.headers(
                        subscription, delivery.messageId(), known.get().isRaw()),
                body);
    }

    /// One that this process has not heard of yet is looked for in the store.
    private Optional<SubscriptionResource> find(Destination.Subscription subscription) {
        String arn = subscription.subscriptionArn();
        String name = arn.substring(arn.lastIndexOf(':') + 1);
        return catalog.find(ResourceKind.SUBSCRIPTION, name).or(() -> catalog.load(ResourceKind.SUBSCRIPTION, name));
    }

    private Attempt post(String url, String contentType, Map<String, String> headers, String body) {
        OutboundAddress address;
        try {
            address = OutboundAddress.parse(url);
        } catch (PlatformException e) {
            return new Attempt.Refused(e.text());
        }
        CircuitBreaker breaker = breakers.of(address.origin());
        if (!breaker.tryAcquirePermission()) {
            return new Attempt.NotMade(Breakers.OPEN);
        }
        long start = System.nanoTime();
        Attempt attempt = of(caller.post(address, contentType, headers, Payload.ofUtf8(body)));
        long took = System.nanoTime() - start;
        switch (attempt) {
            case Attempt.Taken _, Attempt.Refused _ -> breaker.onSuccess(took, TimeUnit.NANOSECONDS);
            case Attempt.Failed failed ->
                breaker.onError(took, TimeUnit.NANOSECONDS, new IllegalStateException(failed.reason()));
            case Attempt.NotMade _ -> breaker.releasePermission();
        }
        return attempt;
    }

    private static Attempt of(OutboundAnswer answer) {
        return switch (answer) {
            case OutboundAnswer.Answered answered when answered.isSuccess() -> new Attempt.Taken();
            case OutboundAnswer.Answered answered
            when answered.statusCode() == GONE -> new Attempt.Refused("answered 410: wants no more");
            case OutboundAnswer.Answered answered ->
                new Attempt.Failed("answered " + answered.statusCode(), answered.retryAfter());
            case OutboundAnswer.NotReached(String reason) -> new Attempt.Failed(reason, null);
            case OutboundAnswer.Forbidden(String reason) -> new Attempt.Failed(reason, null);
        };
    }
}

package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.invocation.codec.TopicMessages;
import java.time.Duration;
import java.util.Optional;

/// Makes one attempt to bring a message to a topic's subscriber. Blocks its (virtual) thread; thread-safe.
final class Subscribers {
    /// When a subscription that cannot be read now is asked for again.
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final ResourceCatalog catalog;
    private final SnsEnvelope envelopes;
    private final SubscriptionRecords records;
    private final GuardedPost posts;

    Subscribers(ResourceCatalog catalog, SnsEnvelope envelopes, SubscriptionRecords records, GuardedPost posts) {
        this.catalog = catalog;
        this.envelopes = envelopes;
        this.records = records;
        this.posts = posts;
    }

    Attempt attempt(Destination.Subscription to, OwedDelivery delivery) {
        Optional<SubscriptionResource> known;
        try {
            known = find(to.subscriptionArn());
        } catch (PlatformException e) {
            return new Attempt.NotMade(ASK_AGAIN);
        }
        if (known.isEmpty()) {
            return new Attempt.Refused("the receiver has unsubscribed");
        }
        boolean isRaw = known.get().isRaw();
        String body = to.messageType().equals(SnsEnvelope.CONFIRMATION)
                // What is owed of a confirmation is its token: the links in it are this process's to make.
                ? envelopes.confirmation(to, delivery.messageId(), delivery.body(), delivery.createdAt())
                : notification(known.get(), delivery.messageId(), TopicMessages.read(delivery.body()));
        return posts.post(
                to.url(),
                SnsEnvelope.CONTENT_TYPE,
                SnsEnvelope.headers(to, delivery.messageId(), isRaw),
                body,
                Verdicts::ofSubscriber);
    }

    Attempt attempt(Destination.KafkaSubscription to, OwedDelivery delivery) throws InterruptedException {
        Optional<SubscriptionResource> known;
        try {
            known = find(to.subscriptionArn());
        } catch (PlatformException e) {
            return new Attempt.NotMade(ASK_AGAIN);
        }
        if (known.isEmpty()) {
            return new Attempt.Refused("the receiver has unsubscribed");
        }
        TopicMessage message = TopicMessages.read(delivery.body());
        return records.send(
                to, delivery.messageId(), message, notification(known.get(), delivery.messageId(), message));
    }

    private String notification(SubscriptionResource subscription, String messageId, TopicMessage message) {
        return subscription.isRaw() ? message.text() : envelopes.notification(subscription, messageId, message);
    }

    /// One that this process has not heard of yet is looked for in the store.
    private Optional<SubscriptionResource> find(String arn) {
        String name = arn.substring(arn.lastIndexOf(':') + 1);
        return catalog.find(ResourceKind.SUBSCRIPTION, name).or(() -> catalog.load(ResourceKind.SUBSCRIPTION, name));
    }
}

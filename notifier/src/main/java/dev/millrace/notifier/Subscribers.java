package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.controlplane.topic.DeliveryPolicy;
import dev.millrace.controlplane.topic.SubscriberAddress;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.invocation.codec.TopicMessages;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes one attempt to bring a message to a topic's subscriber. Blocks its (virtual) thread; thread-safe.
final class Subscribers {
    /// When a subscription that cannot be read now is asked for again.
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final ResourceCatalog catalog;
    private final SnsEnvelope envelopes;
    private final SubscriptionRecords records;
    private final GuardedPost posts;
    private final Throttles throttles;

    Subscribers(
            ResourceCatalog catalog,
            SnsEnvelope envelopes,
            SubscriptionRecords records,
            GuardedPost posts,
            Throttles throttles) {
        this.catalog = catalog;
        this.envelopes = envelopes;
        this.records = records;
        this.posts = posts;
        this.throttles = throttles;
    }

    Attempt attempt(Destination.Subscription to, OwedDelivery delivery) {
        Optional<SubscriptionResource> known;
        try {
            known = find(to.subscriptionArn());
        } catch (PlatformException e) {
            return new Attempt.NotMade(ASK_AGAIN);
        }
        boolean isNotification = to.messageType().equals(SnsEnvelope.NOTIFICATION);
        if (known.isEmpty() || (isNotification && !known.get().isConfirmed())) {
            return new Attempt.Refused("the receiver has unsubscribed");
        }
        SubscriptionResource subscription = known.get();
        TopicResource topic = topic(catalog, subscription.topicArn());
        DeliveryPolicy policy = DeliveryPolicy.effective(topic, subscription);
        Integer limit = policy.maxReceivesPerSecond();
        Optional<Duration> wait = limit == null ? Optional.empty() : throttles.waitFor(subscription.arn(), limit);
        if (wait.isPresent()) {
            return new Attempt.NotMade(wait.get());
        }
        try {
            return post(to, subscription, topic, policy, delivery);
        } catch (PlatformException e) {
            return e.code().isTransient() ? new Attempt.NotMade(ASK_AGAIN) : new Attempt.Refused(e.text());
        }
    }

    private Attempt post(
            Destination.Subscription to,
            SubscriptionResource subscription,
            @Nullable TopicResource topic,
            DeliveryPolicy policy,
            OwedDelivery delivery) {
        SubscriberAddress address = SubscriberAddress.parse(to.url());
        Map<String, String> headers = SnsEnvelope.headers(to, delivery.messageId(), subscription.isRaw());
        address.authorization().ifPresent(value -> headers.put("Authorization", value));
        String contentType = policy.contentType();
        return posts.post(
                address.url(),
                contentType == null ? SnsEnvelope.CONTENT_TYPE : contentType,
                headers,
                body(to, subscription, topic, delivery),
                Verdicts::ofSubscriber);
    }

    private String body(
            Destination.Subscription to,
            SubscriptionResource subscription,
            @Nullable TopicResource topic,
            OwedDelivery delivery) {
        return to.messageType().equals(SnsEnvelope.NOTIFICATION)
                ? notification(subscription, topic, delivery.messageId(), TopicMessages.read(delivery.body()))
                // What is owed of a confirmation is its token: the links in it are this process's to make.
                : envelopes.confirmation(
                        to, delivery.messageId(), delivery.body(), delivery.createdAt(), signatureVersion(topic));
    }

    Attempt attempt(Destination.KafkaSubscription to, OwedDelivery delivery) throws InterruptedException {
        Optional<SubscriptionResource> known;
        String body;
        TopicMessage message;
        try {
            known = find(to.subscriptionArn());
            if (known.isEmpty()) {
                return new Attempt.Refused("the receiver has unsubscribed");
            }
            message = TopicMessages.read(delivery.body());
            TopicResource topic = topic(catalog, to.topicArn());
            body = notification(known.get(), topic, delivery.messageId(), message);
        } catch (PlatformException e) {
            return e.code().isTransient() ? new Attempt.NotMade(ASK_AGAIN) : new Attempt.Refused(e.text());
        }
        return records.send(to, delivery.messageId(), message, body);
    }

    private String notification(
            SubscriptionResource subscription, @Nullable TopicResource topic, String messageId, TopicMessage message) {
        return subscription.isRaw()
                ? message.text()
                : envelopes.notification(subscription, messageId, message, signatureVersion(topic));
    }

    private static String signatureVersion(@Nullable TopicResource topic) {
        return topic == null ? "1" : topic.attributes().getOrDefault("SignatureVersion", "1");
    }

    /// The topic as this process knows it, or null.
    static @Nullable TopicResource topic(ResourceCatalog catalog, String arn) {
        return catalog.find(ResourceKind.TOPIC, arn.substring(arn.lastIndexOf(':') + 1))
                .orElse(null);
    }

    /// One that this process has not heard of yet is looked for in the store.
    private Optional<SubscriptionResource> find(String arn) {
        String name = arn.substring(arn.lastIndexOf(':') + 1);
        return catalog.find(ResourceKind.SUBSCRIPTION, name).or(() -> catalog.load(ResourceKind.SUBSCRIPTION, name));
    }
}

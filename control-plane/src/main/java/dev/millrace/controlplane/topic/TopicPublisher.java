package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.invocation.codec.TopicMessages;
import java.time.Instant;
import java.util.List;

/// Says what publishing to a topic makes owed, and to whom. Thread-safe, does not block.
///
/// The message is published once every delivery is on the feed of owed deliveries; the notifiers do the rest.
public final class TopicPublisher {
    private final ResourceCatalog catalog;

    public TopicPublisher(ResourceCatalog catalog) {
        this.catalog = catalog;
    }

    /// One delivery for each confirmed subscription of the topic that wants the message; none where there is no
    /// such topic.
    ///
    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` before the catalog is loaded
    public List<OwedDelivery> deliveries(String topicArn, Publication publication, Instant now) {
        var content = new FilteredContent(publication);
        return catalog.all(ResourceKind.SUBSCRIPTION).stream()
                .filter(subscription -> subscription.topicArn().equals(topicArn) && subscription.isConfirmed())
                .filter(content::isWantedBy)
                .flatMap(subscription -> SubscriptionProtocol.of(subscription.protocol())
                        .map(protocol -> delivery(subscription, protocol, publication, now))
                        .stream())
                .toList();
    }

    private static OwedDelivery delivery(
            SubscriptionResource subscription, SubscriptionProtocol protocol, Publication publication, Instant now) {
        var message = new TopicMessage(
                publication.text().of(protocol),
                publication.subject(),
                publication.attributes(),
                publication.publishedAt());
        return OwedDelivery.first(
                publication.messageId(), destination(subscription, protocol), TopicMessages.write(message), now);
    }

    private static Destination destination(SubscriptionResource subscription, SubscriptionProtocol protocol) {
        return switch (protocol) {
            case HTTP, HTTPS ->
                new Destination.Subscription(
                        subscription.topicArn(), subscription.arn(), subscription.endpoint(), "Notification");
            case KAFKA ->
                new Destination.KafkaSubscription(subscription.topicArn(), subscription.arn(), subscription.endpoint());
        };
    }
}

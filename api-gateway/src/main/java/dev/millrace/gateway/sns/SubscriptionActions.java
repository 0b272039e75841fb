package dev.millrace.gateway.sns;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.topic.Page;
import dev.millrace.controlplane.topic.PublishOperations;
import dev.millrace.controlplane.topic.TopicOperations;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/// The actions on subscriptions.
final class SubscriptionActions {
    private final TopicOperations topics;
    private final PublishOperations publishing;
    private final InstantSource clock;

    SubscriptionActions(TopicOperations topics, PublishOperations publishing, InstantSource clock) {
        this.topics = topics;
        this.publishing = publishing;
        this.clock = clock;
    }

    List<SnsAction> all() {
        return List.of(
                new SnsAction("Subscribe", this::subscribe),
                new SnsAction("ConfirmSubscription", this::confirm),
                new SnsAction("Unsubscribe", this::unsubscribe),
                new SnsAction("ListSubscriptions", this::list),
                new SnsAction("ListSubscriptionsByTopic", this::listByTopic));
    }

    /// The confirmation is owed before the caller has the answer: it is sent whatever becomes of this
    /// process.
    private String subscribe(QueryParameters parameters) {
        TopicOperations.Subscribed subscribed = topics.subscribe(
                parameters.required("TopicArn"),
                parameters.required("Protocol"),
                parameters.required("Endpoint"),
                parameters.map("Attributes"));
        SubscriptionResource subscription = subscribed.subscription();
        String token = subscribed.token();
        if (token != null) {
            publishing.write(List.of(confirmation(subscription, token)));
        }
        boolean isArnShown =
                subscription.isConfirmed() || Boolean.parseBoolean(parameters.optional("ReturnSubscriptionArn"));
        return SnsXml.element("SubscriptionArn", isArnShown ? subscription.arn() : "pending confirmation");
    }

    private OwedDelivery confirmation(SubscriptionResource subscription, String token) {
        var to = new Destination.Subscription(
                subscription.topicArn(), subscription.arn(), subscription.endpoint(), "SubscriptionConfirmation");
        return OwedDelivery.first(UUID.randomUUID().toString(), to, token, clock.instant());
    }

    private String confirm(QueryParameters parameters) {
        SubscriptionResource subscription =
                topics.confirmSubscription(parameters.required("TopicArn"), parameters.required("Token"));
        return SnsXml.element("SubscriptionArn", subscription.arn());
    }

    private String unsubscribe(QueryParameters parameters) {
        topics.unsubscribe(parameters.required("SubscriptionArn"));
        return SnsXml.NO_RESULT;
    }

    private String list(QueryParameters parameters) {
        return subscriptions(topics.listSubscriptions(parameters.optional("NextToken")));
    }

    private String listByTopic(QueryParameters parameters) {
        return subscriptions(
                topics.listSubscriptionsByTopic(parameters.required("TopicArn"), parameters.optional("NextToken")));
    }

    private static String subscriptions(Page<SubscriptionResource> page) {
        return SnsXml.list(
                "Subscriptions",
                page,
                each -> SnsXml.element("SubscriptionArn", each.isConfirmed() ? each.arn() : "PendingConfirmation")
                        + SnsXml.element("Owner", each.topicArn().split(":")[4])
                        + SnsXml.element("Protocol", each.protocol())
                        + SnsXml.element("Endpoint", each.endpoint())
                        + SnsXml.element("TopicArn", each.topicArn()));
    }
}

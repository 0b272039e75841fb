package dev.millrace.gateway.sns;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.topic.Page;
import dev.millrace.controlplane.topic.PublishOperations;
import dev.millrace.controlplane.topic.SubscriberAddress;
import dev.millrace.controlplane.topic.SubscriptionOperations;
import dev.millrace.controlplane.topic.SubscriptionOperations.Subscribed;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/// The actions on subscriptions.
final class SubscriptionActions {
    private final SubscriptionOperations subscriptions;
    private final PublishOperations publishing;
    private final InstantSource clock;

    /// @param publishing writes down what addresses are owed
    SubscriptionActions(SubscriptionOperations subscriptions, PublishOperations publishing, InstantSource clock) {
        this.subscriptions = subscriptions;
        this.publishing = publishing;
        this.clock = clock;
    }

    List<SnsAction> all() {
        return List.of(
                new SnsAction("Subscribe", this::subscribe),
                new SnsAction("ConfirmSubscription", this::confirm),
                new SnsAction("Unsubscribe", this::unsubscribe),
                new SnsAction("ListSubscriptions", this::list),
                new SnsAction("ListSubscriptionsByTopic", this::listByTopic),
                new SnsAction("GetSubscriptionAttributes", this::attributes),
                new SnsAction("SetSubscriptionAttributes", this::setAttribute));
    }

    /// The confirmation is owed before the caller has the answer: it is sent whatever becomes of this
    /// process.
    private String subscribe(QueryParameters parameters) {
        Subscribed subscribed = subscriptions.subscribe(
                parameters.required("TopicArn"),
                parameters.required("Protocol"),
                parameters.required("Endpoint"),
                parameters.map("Attributes"));
        tell(subscribed, "SubscriptionConfirmation");
        SubscriptionResource subscription = subscribed.subscription();
        boolean isArnShown =
                subscription.isConfirmed() || Boolean.parseBoolean(parameters.optional("ReturnSubscriptionArn"));
        return SnsXml.element("SubscriptionArn", isArnShown ? subscription.arn() : "pending confirmation");
    }

    private String confirm(QueryParameters parameters) {
        SubscriptionResource subscription = subscriptions.confirmSubscription(
                parameters.required("TopicArn"),
                parameters.required("Token"),
                !parameters.isLink(),
                Boolean.parseBoolean(parameters.optional("AuthenticateOnUnsubscribe")));
        return SnsXml.element("SubscriptionArn", subscription.arn());
    }

    private String unsubscribe(QueryParameters parameters) {
        Subscribed ended = subscriptions.unsubscribe(parameters.required("SubscriptionArn"), !parameters.isLink());
        tell(ended, "UnsubscribeConfirmation");
        return SnsXml.NO_RESULT;
    }

    private void tell(Subscribed subscribed, String messageType) {
        String token = subscribed.token();
        if (token != null) {
            SubscriptionResource subscription = subscribed.subscription();
            var to = new Destination.Subscription(
                    subscription.topicArn(), subscription.arn(), subscription.endpoint(), messageType);
            publishing.write(List.of(OwedDelivery.first(UUID.randomUUID().toString(), to, token, clock.instant())));
        }
    }

    private String list(QueryParameters parameters) {
        return listed(subscriptions.listSubscriptions(parameters.optional("NextToken")));
    }

    private String listByTopic(QueryParameters parameters) {
        return listed(subscriptions.listSubscriptionsByTopic(
                parameters.required("TopicArn"), parameters.optional("NextToken")));
    }

    private String attributes(QueryParameters parameters) {
        return SnsXml.map("Attributes", subscriptions.attributes(parameters.required("SubscriptionArn")));
    }

    private String setAttribute(QueryParameters parameters) {
        subscriptions.setAttribute(
                parameters.required("SubscriptionArn"),
                parameters.required("AttributeName"),
                parameters.orEmpty("AttributeValue"));
        return SnsXml.NO_RESULT;
    }

    private static String listed(Page<SubscriptionResource> page) {
        return SnsXml.list(
                "Subscriptions",
                page,
                each -> SnsXml.element("SubscriptionArn", each.isConfirmed() ? each.arn() : "PendingConfirmation")
                        + SnsXml.element("Owner", each.topicArn().split(":")[4])
                        + SnsXml.element("Protocol", each.protocol())
                        + SnsXml.element("Endpoint", SubscriberAddress.shown(each.endpoint()))
                        + SnsXml.element("TopicArn", each.topicArn()));
    }
}

package dev.millrace.invocation;

import java.time.Instant;

/// Who is told of an invocation's end, or of what was published to a topic.
public sealed interface Destination {
    /// What the destination is called among others: with the message's id the name of what is owed. Tells
    /// no secret.
    String address();

    /// The address that a caller named for this one request; signed with the endpoint's secret.
    ///
    /// @param endpointCreatedAt which endpoint of that name it is: one deleted since signs with its own secret
    record Webhook(EndpointName endpoint, Instant endpointCreatedAt, String url) implements Destination {
        @Override
        public String address() {
            return url;
        }
    }

    /// A subscription of a topic by HTTP.
    ///
    /// @param url may hold the subscriber's user name and password
    /// @param messageType `Notification`, `SubscriptionConfirmation` or `UnsubscribeConfirmation`
    record Subscription(String topicArn, String subscriptionArn, String url, String messageType)
            implements Destination {
        @Override
        public String address() {
            return subscriptionArn;
        }
    }

    /// A subscription of a topic by Kafka: messages become records.
    ///
    /// @param topic of Kafka
    record KafkaSubscription(String topicArn, String subscriptionArn, String topic) implements Destination {
        @Override
        public String address() {
            return subscriptionArn;
        }
    }

    /// A Kafka topic that takes the result itself.
    record ResultTopic(String topic) implements Destination {
        @Override
        public String address() {
            return "kafka:" + topic;
        }
    }
}

package dev.millrace.invocation;

import java.time.Instant;

/// Who is told of an invocation's end.
public sealed interface Destination {
    /// What the destination is called among others: with the message's id the name of what is owed.
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

    /// A subscription of a topic, in SNS's envelope.
    ///
    /// @param messageType `Notification` or `SubscriptionConfirmation`
    record Subscription(String topicArn, String subscriptionArn, String url, String messageType)
            implements Destination {
        @Override
        public String address() {
            return url;
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

package dev.millrace.controlplane.topic;

import java.util.Arrays;
import java.util.Optional;

/// How a subscriber is reached.
public enum SubscriptionProtocol {
    HTTP("http"),
    HTTPS("https"),
    /// Messages become records of a Kafka topic; needs no confirmation, since nobody else is bothered.
    KAFKA("kafka");

    private final String label;

    SubscriptionProtocol(String label) {
        this.label = label;
    }

    /// As in `Protocol`.
    public String label() {
        return label;
    }

    static Optional<SubscriptionProtocol> of(String label) {
        return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
    }
}

package dev.millrace.controlplane;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An address that receives what is sent to a topic, once it has confirmed that it wants to.
///
/// @param name the last part of the ARN
/// @param protocol `http` or `https`
/// @param endpoint the address
/// @param attributes as given, such as `RawMessageDelivery`
/// @param confirmation null once confirmed
public record SubscriptionResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        String topicArn,
        String protocol,
        String endpoint,
        Map<String, String> attributes,
        @Nullable PendingConfirmation confirmation)
        implements Resource {
    /// What a receiver must show to confirm.
    ///
    /// @param tokenHash SHA-256 of the token, in hexadecimal: the document does not give the token away
    /// @param expiresAt until when it may confirm
    public record PendingConfirmation(String tokenHash, Instant expiresAt) {}

    public SubscriptionResource {
        attributes = Map.copyOf(attributes);
    }

    public boolean isConfirmed() {
        return confirmation == null;
    }

    public SubscriptionResource confirmed() {
        return withConfirmation(null);
    }

    public SubscriptionResource withConfirmation(@Nullable PendingConfirmation newConfirmation) {
        return new SubscriptionResource(
                name, arn, revision, createdAt, topicArn, protocol, endpoint, attributes, newConfirmation);
    }

    @Override
    public SubscriptionResource withRevision(long newRevision) {
        return new SubscriptionResource(
                name, arn, newRevision, createdAt, topicArn, protocol, endpoint, attributes, confirmation);
    }
}

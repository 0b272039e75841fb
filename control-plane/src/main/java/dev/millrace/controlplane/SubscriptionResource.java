package dev.millrace.controlplane;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An address that receives what is sent to a topic, once it has confirmed that it wants to.
///
/// @param name the last part of the ARN
/// @param protocol `http`, `https` or `kafka`
/// @param endpoint the address, which may hold a password; of `kafka` the name of a topic there
/// @param attributes as given, such as `RawMessageDelivery`
/// @param token what the receiver must show to confirm; kept afterwards, so that confirming twice is no error
/// @param confirmedAt null while nothing may be delivered yet
/// @param unsubscribedAt null while it is not over
public record SubscriptionResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        String topicArn,
        String protocol,
        String endpoint,
        Map<String, String> attributes,
        ConfirmationToken token,
        @Nullable Instant confirmedAt,
        @Nullable Instant unsubscribedAt)
        implements Resource {
    /// @param hash SHA-256 of the token, in hexadecimal: the document does not give the token away
    /// @param expiresAt until when it may be shown
    public record ConfirmationToken(String hash, Instant expiresAt) {}

    public SubscriptionResource {
        attributes = Map.copyOf(attributes);
    }

    public boolean isConfirmed() {
        return confirmedAt != null;
    }

    /// Whether notifications come without SNS's envelope.
    public boolean isRaw() {
        return Boolean.parseBoolean(attributes.get("RawMessageDelivery"));
    }

    /// Whether it is remembered only so that its address can take it back.
    public boolean isUnsubscribed() {
        return unsubscribedAt != null;
    }

    public SubscriptionResource confirmed(Instant at) {
        return with(attributes, token, at, null);
    }

    /// With a token in place of the one before; that one confirms nothing any more.
    public SubscriptionResource withToken(ConfirmationToken newToken) {
        return with(attributes, newToken, confirmedAt, unsubscribedAt);
    }

    public SubscriptionResource withAttributes(Map<String, String> newAttributes) {
        return with(newAttributes, token, confirmedAt, unsubscribedAt);
    }

    /// @param newToken takes it back
    public SubscriptionResource unsubscribed(Instant at, ConfirmationToken newToken) {
        return with(attributes, newToken, null, at);
    }

    @Override
    public SubscriptionResource withRevision(long newRevision) {
        return new SubscriptionResource(
                name,
                arn,
                newRevision,
                createdAt,
                topicArn,
                protocol,
                endpoint,
                attributes,
                token,
                confirmedAt,
                unsubscribedAt);
    }

    private SubscriptionResource with(
            Map<String, String> newAttributes,
            ConfirmationToken newToken,
            @Nullable Instant newConfirmedAt,
            @Nullable Instant newUnsubscribedAt) {
        return new SubscriptionResource(
                name,
                arn,
                revision,
                createdAt,
                topicArn,
                protocol,
                endpoint,
                newAttributes,
                newToken,
                newConfirmedAt,
                newUnsubscribedAt);
    }
}

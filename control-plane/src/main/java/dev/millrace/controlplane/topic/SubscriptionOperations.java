package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// SNS's operations on subscriptions. Thread-safe; a call may block.
public final class SubscriptionOperations {
    /// A subscription, and what its address is owed because of what was just done to it.
    ///
    /// @param token to be sent to the address, or null when it is to be told of none
    public record Subscribed(
            SubscriptionResource subscription, @Nullable String token) {}

    private static final Duration TOKEN_LIFE = Duration.ofDays(3);

    private final ResourceCatalog catalog;
    private final ControlPlaneConfig config;
    private final TopicOperations topics;
    private final InstantSource clock;
    private final ConfirmationTokens tokens;

    /// @param random for confirmation tokens: a secure one
    public SubscriptionOperations(
            ResourceCatalog catalog,
            ControlPlaneConfig config,
            TopicOperations topics,
            InstantSource clock,
            RandomGenerator random) {
        this.catalog = catalog;
        this.config = config;
        this.topics = topics;
        this.clock = clock;
        this.tokens = new ConfirmationTokens(random);
    }

    /// Notes that an address shall receive what is sent to the topic; by HTTP it receives nothing before it has
    /// confirmed.
    ///
    /// Subscribing again gives the same subscription, and a new token while it is not confirmed.
    public Subscribed subscribe(String topicArn, String protocol, String endpoint, Map<String, String> attributes) {
        topics.requireTopic(topicArn);
        SubscriptionProtocol known = TopicRules.requireAddress(protocol, endpoint);
        SubscriptionAttributes.require(attributes);
        String name = ConfirmationTokens.subscriptionName(topicArn, protocol, endpoint);
        String token = tokens.create();
        Instant now = now();
        var wanted = new SubscriptionResource(
                name,
                topicArn + ":" + name,
                0,
                now,
                topicArn,
                protocol,
                endpoint,
                attributes,
                ConfirmationTokens.record(token, now.plus(TOKEN_LIFE)),
                known == SubscriptionProtocol.KAFKA ? now : null,
                null);
        if (catalog.load(ResourceKind.SUBSCRIPTION, name).isEmpty()) {
            requireRoom();
            create(wanted);
        }
        SubscriptionResource subscription = catalog.update(
                        ResourceKind.SUBSCRIPTION, name, each -> subscribedAgain(each, wanted))
                .orElseThrow(SubscriptionOperations::noSubscription);
        return new Subscribed(subscription, subscription.isConfirmed() ? null : token);
    }

    private static SubscriptionResource subscribedAgain(SubscriptionResource known, SubscriptionResource wanted) {
        if (known.isUnsubscribed()) {
            return wanted.withRevision(known.revision());
        }
        if (!known.attributes().entrySet().containsAll(wanted.attributes().entrySet())) {
            throw TopicRules.invalid("Attributes", "Subscription already exists with different attributes");
        }
        return known.isConfirmed() ? known : known.withToken(wanted.token());
    }

    /// Confirms the subscription that the token was sent to; doing so twice is no error. A token of an
    /// `UnsubscribeConfirmation` subscribes again.
    ///
    /// @param isCallerKnown whether who confirms has shown credentials
    /// @param authenticateOnUnsubscribe whether a link in a message shall not do to unsubscribe; takes effect
    ///     only where the caller is known
    public SubscriptionResource confirmSubscription(
            String topicArn, String token, boolean isCallerKnown, boolean authenticateOnUnsubscribe) {
        topics.requireTopic(topicArn);
        Instant now = now();
        SubscriptionResource subscription = catalog.all(ResourceKind.SUBSCRIPTION).stream()
                .filter(each -> each.topicArn().equals(topicArn) && ConfirmationTokens.matches(each.token(), token))
                .findFirst()
                .orElseThrow(() -> TopicRules.invalid("Token"));
        if (!subscription.isConfirmed() && subscription.token().expiresAt().isBefore(now)) {
            throw TopicRules.invalid("Token");
        }
        return catalog.update(ResourceKind.SUBSCRIPTION, subscription.name(), each -> {
                    if (each.isConfirmed()) {
                        return each;
                    }
                    var attributes = new HashMap<>(each.attributes());
                    if (isCallerKnown) {
                        attributes.put(SubscriptionAttributes.CONFIRMATION_WAS_AUTHENTICATED, "true");
                        attributes.put(
                                SubscriptionAttributes.AUTHENTICATE_ON_UNSUBSCRIBE,
                                Boolean.toString(authenticateOnUnsubscribe));
                    }
                    return each.confirmed(now).withAttributes(attributes);
                })
                .orElseThrow(SubscriptionOperations::noSubscription);
    }

    /// Ends a subscription. One by HTTP that was confirmed is remembered for three days, in which its address can
    /// take it back with the token that it is told.
    ///
    /// @param isCallerKnown whether who unsubscribes has shown credentials, and not just followed a link
    public Subscribed unsubscribe(String subscriptionArn, boolean isCallerKnown) {
        SubscriptionResource subscription = require(subscriptionArn);
        boolean isLinkTooLittle =
                Boolean.parseBoolean(subscription.attributes().get(SubscriptionAttributes.AUTHENTICATE_ON_UNSUBSCRIBE));
        if (isLinkTooLittle && !isCallerKnown) {
            throw new PlatformException(
                    ErrorCode.ACCESS_DENIED, "The subscription was confirmed with AuthenticateOnUnsubscribe");
        }
        forgetUnsubscribed();
        if (!subscription.isConfirmed() || subscription.protocol().equals(SubscriptionProtocol.KAFKA.label())) {
            if (!catalog.delete(ResourceKind.SUBSCRIPTION, subscription.name())) {
                throw noSubscription();
            }
            return new Subscribed(subscription, null);
        }
        String token = tokens.create();
        Instant now = now();
        SubscriptionResource ended = catalog.update(
                        ResourceKind.SUBSCRIPTION,
                        subscription.name(),
                        each -> each.unsubscribed(now, ConfirmationTokens.record(token, now.plus(TOKEN_LIFE))))
                .orElseThrow(SubscriptionOperations::noSubscription);
        return new Subscribed(ended, token);
    }

    public Page<SubscriptionResource> listSubscriptions(@Nullable String nextToken) {
        return Page.of(active().toList(), nextToken);
    }

    public Page<SubscriptionResource> listSubscriptionsByTopic(String topicArn, @Nullable String nextToken) {
        topics.requireTopic(topicArn);
        return Page.of(active().filter(each -> each.topicArn().equals(topicArn)).toList(), nextToken);
    }

    public Map<String, String> attributes(String subscriptionArn) {
        SubscriptionResource subscription = require(subscriptionArn);
        return SubscriptionAttributes.describe(subscription, topics.requireTopic(subscription.topicArn()));
    }

    /// @param value empty removes it
    public void setAttribute(String subscriptionArn, String name, String value) {
        var _ = catalog.update(
                        ResourceKind.SUBSCRIPTION,
                        require(subscriptionArn).name(),
                        each -> each.withAttributes(SubscriptionAttributes.with(each.attributes(), name, value)))
                .orElseThrow(SubscriptionOperations::noSubscription);
    }

    private SubscriptionResource require(String subscriptionArn) {
        String name = subscriptionArn.substring(subscriptionArn.lastIndexOf(':') + 1);
        TopicRules.requireSubscriptionName(name);
        return catalog.load(ResourceKind.SUBSCRIPTION, name)
                .filter(each -> each.arn().equals(subscriptionArn) && !each.isUnsubscribed())
                .orElseThrow(SubscriptionOperations::noSubscription);
    }

    private Stream<SubscriptionResource> active() {
        return catalog.all(ResourceKind.SUBSCRIPTION).stream().filter(each -> !each.isUnsubscribed());
    }

    /// Those that cannot be taken back any more.
    private void forgetUnsubscribed() {
        Instant now = now();
        List<SubscriptionResource> over = catalog.all(ResourceKind.SUBSCRIPTION).stream()
                .filter(each ->
                        each.isUnsubscribed() && each.token().expiresAt().isBefore(now))
                .toList();
        over.forEach(each -> catalog.delete(ResourceKind.SUBSCRIPTION, each.name()));
    }

    private void requireRoom() {
        if (catalog.all(ResourceKind.SUBSCRIPTION).size() >= config.maxPerKind()) {
            forgetUnsubscribed();
            if (catalog.all(ResourceKind.SUBSCRIPTION).size() >= config.maxPerKind()) {
                throw new SnsException(
                        SnsError.SUBSCRIPTION_LIMIT_EXCEEDED,
                        "The limit of " + config.maxPerKind() + " subscriptions is reached");
            }
        }
    }

    /// Another caller may have been faster: then theirs is the one.
    private void create(SubscriptionResource subscription) {
        try {
            catalog.create(ResourceKind.SUBSCRIPTION, subscription);
        } catch (PlatformException e) {
            if (e.code() != ErrorCode.RESOURCE_CONFLICT) {
                throw e;
            }
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static PlatformException noSubscription() {
        return new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "Subscription does not exist");
    }
}

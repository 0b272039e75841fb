package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.Resource;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// SNS's operations on topics and subscriptions. Thread-safe; a call may block.
///
/// Failures carry SNS's own texts; `AwsErrors.sns` knows their codes.
public final class TopicOperations {
    /// What a subscriber is owed.
    ///
    /// @param token to be sent to its address, or null when it was confirmed before
    public record Subscribed(
            SubscriptionResource subscription, @Nullable String token) {}

    private static final Duration TOKEN_LIFE = Duration.ofDays(3);

    private final ResourceCatalog catalog;
    private final ControlPlaneConfig config;
    private final InstantSource clock;
    private final ConfirmationTokens tokens;

    /// @param random for confirmation tokens: a secure one
    public TopicOperations(
            ResourceCatalog catalog, ControlPlaneConfig config, InstantSource clock, RandomGenerator random) {
        this.catalog = catalog;
        this.config = config;
        this.clock = clock;
        this.tokens = new ConfirmationTokens(random);
    }

    /// Makes a topic, or returns the one that has the name.
    ///
    /// @param attributes kept; those that need what is not there yet are refused
    public TopicResource createTopic(String name, Map<String, String> attributes, Map<String, String> tags) {
        TopicRules.requireTopicName(name);
        TopicRules.requireTopicAttributes(attributes);
        TopicRules.requireTags(tags);
        Optional<TopicResource> existing = catalog.load(ResourceKind.TOPIC, name);
        if (existing.isPresent()) {
            return existing.get();
        }
        requireRoomFor(ResourceKind.TOPIC);
        var topic = new TopicResource(name, config.arns().topic(name), 0, now(), attributes, tags);
        return createOrLoad(ResourceKind.TOPIC, topic);
    }

    /// Removes the topic and its subscriptions; one that is not there is no error.
    public void deleteTopic(String topicArn) {
        String name = nameOf(topicArn);
        catalog.delete(ResourceKind.TOPIC, name);
        subscriptionsOf(topicArn).forEach(each -> catalog.delete(ResourceKind.SUBSCRIPTION, each.name()));
    }

    public Page<TopicResource> listTopics(@Nullable String nextToken) {
        return Page.of(catalog.all(ResourceKind.TOPIC), nextToken);
    }

    /// Notes that an address shall receive what is sent to the topic; it receives nothing before it has
    /// confirmed.
    ///
    /// Subscribing again gives the same subscription, and a new token while it is not confirmed.
    public Subscribed subscribe(String topicArn, String protocol, String endpoint, Map<String, String> attributes) {
        requireTopic(topicArn);
        TopicRules.requireAddress(protocol, endpoint);
        TopicRules.requireSubscriptionAttributes(attributes);
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
                null);
        if (catalog.load(ResourceKind.SUBSCRIPTION, name).isEmpty()) {
            requireRoomFor(ResourceKind.SUBSCRIPTION);
            createOrLoad(ResourceKind.SUBSCRIPTION, wanted);
        }
        SubscriptionResource subscription = catalog.update(
                        ResourceKind.SUBSCRIPTION,
                        name,
                        each -> each.isConfirmed() ? each : each.withToken(wanted.token()))
                .orElseThrow(TopicOperations::noSubscription);
        return new Subscribed(subscription, subscription.isConfirmed() ? null : token);
    }

    /// Confirms the subscription that the token was sent to; doing so twice is no error.
    public SubscriptionResource confirmSubscription(String topicArn, String token) {
        requireTopic(topicArn);
        Instant now = now();
        SubscriptionResource subscription = subscriptionsOf(topicArn).stream()
                .filter(each -> ConfirmationTokens.matches(each.token(), token))
                .findFirst()
                .orElseThrow(() -> TopicRules.invalid("Token"));
        if (!subscription.isConfirmed() && subscription.token().expiresAt().isBefore(now)) {
            throw TopicRules.invalid("Token");
        }
        return catalog.update(
                        ResourceKind.SUBSCRIPTION,
                        subscription.name(),
                        each -> each.isConfirmed() ? each : each.confirmed(now))
                .orElseThrow(TopicOperations::noSubscription);
    }

    public void unsubscribe(String subscriptionArn) {
        String name = subscriptionArn.substring(subscriptionArn.lastIndexOf(':') + 1);
        TopicRules.requireSubscriptionName(name);
        boolean isKnown = catalog.load(ResourceKind.SUBSCRIPTION, name)
                .filter(each -> each.arn().equals(subscriptionArn))
                .isPresent();
        if (!isKnown || !catalog.delete(ResourceKind.SUBSCRIPTION, name)) {
            throw noSubscription();
        }
    }

    public Page<SubscriptionResource> listSubscriptions(@Nullable String nextToken) {
        return Page.of(catalog.all(ResourceKind.SUBSCRIPTION), nextToken);
    }

    public Page<SubscriptionResource> listSubscriptionsByTopic(String topicArn, @Nullable String nextToken) {
        requireTopic(topicArn);
        return Page.of(subscriptionsOf(topicArn), nextToken);
    }

    private List<SubscriptionResource> subscriptionsOf(String topicArn) {
        Predicate<SubscriptionResource> isOfTopic = each -> each.topicArn().equals(topicArn);
        return catalog.all(ResourceKind.SUBSCRIPTION).stream().filter(isOfTopic).toList();
    }

    /// @throws PlatformException `RESOURCE_NOT_FOUND` when there is no such topic
    void requireTopic(String topicArn) {
        String name = nameOf(topicArn);
        if (catalog.find(ResourceKind.TOPIC, name)
                .or(() -> catalog.load(ResourceKind.TOPIC, name))
                .isEmpty()) {
            throw new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "Topic does not exist");
        }
    }

    /// The name in an ARN of this installation; a topic of any other does not exist here.
    private String nameOf(String topicArn) {
        String name = topicArn.substring(topicArn.lastIndexOf(':') + 1);
        if (!topicArn.startsWith("arn:") || !TopicRules.isTopicName(name)) {
            throw TopicRules.invalid("TopicArn");
        }
        if (!config.arns().topic(name).equals(topicArn)) {
            throw new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "Topic does not exist");
        }
        return name;
    }

    private void requireRoomFor(ResourceKind<?> kind) {
        if (catalog.all(kind).size() >= config.maxPerKind()) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_LIMIT_EXCEEDED,
                    "The limit of " + config.maxPerKind() + " resources of kind " + kind + " is reached");
        }
    }

    /// Another caller may have been faster: then theirs is the one.
    private <R extends Resource> R createOrLoad(ResourceKind<R> kind, R resource) {
        try {
            return catalog.create(kind, resource);
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.RESOURCE_CONFLICT) {
                return catalog.load(kind, resource.name()).orElseThrow(() -> e);
            }
            throw e;
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static PlatformException noSubscription() {
        return new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "Subscription does not exist");
    }
}

package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// SNS's operations on topics. Thread-safe; a call may block.
///
/// Failures carry SNS's own texts; `AwsErrors.sns` knows their codes.
public final class TopicOperations {
    private final ResourceCatalog catalog;
    private final ControlPlaneConfig config;
    private final InstantSource clock;

    public TopicOperations(ResourceCatalog catalog, ControlPlaneConfig config, InstantSource clock) {
        this.catalog = catalog;
        this.config = config;
        this.clock = clock;
    }

    /// Makes a topic, or returns the one that has the name.
    ///
    /// @throws PlatformException `VALIDATION_ERROR` also when that one has other attributes or tags than these
    public TopicResource createTopic(String name, Map<String, String> attributes, Map<String, String> tags) {
        TopicRules.requireTopicName(name);
        TopicAttributes.require(attributes);
        TopicRules.requireTags(tags);
        Optional<TopicResource> existing = catalog.load(ResourceKind.TOPIC, name);
        if (existing.isPresent()) {
            return requireSame(existing.get(), attributes, tags);
        }
        requireRoom();
        var topic = new TopicResource(name, config.arns().topic(name), 0, now(), attributes, tags);
        try {
            return catalog.create(ResourceKind.TOPIC, topic);
        } catch (PlatformException e) {
            if (e.code() != ErrorCode.RESOURCE_CONFLICT) {
                throw e;
            }
            // Another caller was faster: then theirs is the one.
            TopicResource theirs = catalog.load(ResourceKind.TOPIC, name).orElseThrow(() -> e);
            return requireSame(theirs, attributes, tags);
        }
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

    public Map<String, String> attributes(String topicArn) {
        return TopicAttributes.describe(requireTopic(topicArn), subscriptionsOf(topicArn));
    }

    /// @param value empty removes it
    public void setAttribute(String topicArn, String name, String value) {
        update(topicArn, topic -> topic.withAttributes(TopicAttributes.with(topic.attributes(), name, value)));
    }

    public Map<String, String> tags(String topicArn) {
        return requireTopic(topicArn).tags();
    }

    public void tag(String topicArn, Map<String, String> tags) {
        update(topicArn, topic -> {
            var all = new HashMap<>(topic.tags());
            all.putAll(tags);
            TopicRules.requireTags(all);
            return topic.withTags(all);
        });
    }

    public void untag(String topicArn, Collection<String> keys) {
        update(topicArn, topic -> {
            var rest = new HashMap<>(topic.tags());
            rest.keySet().removeAll(keys);
            return topic.withTags(rest);
        });
    }

    /// @throws PlatformException `RESOURCE_NOT_FOUND` when there is no such topic
    TopicResource requireTopic(String topicArn) {
        String name = nameOf(topicArn);
        return catalog.find(ResourceKind.TOPIC, name)
                .or(() -> catalog.load(ResourceKind.TOPIC, name))
                .orElseThrow(TopicOperations::noTopic);
    }

    private List<SubscriptionResource> subscriptionsOf(String topicArn) {
        return catalog.all(ResourceKind.SUBSCRIPTION).stream()
                .filter(each -> each.topicArn().equals(topicArn))
                .toList();
    }

    private void update(String topicArn, UnaryOperator<TopicResource> change) {
        var _ = catalog.update(ResourceKind.TOPIC, nameOf(topicArn), change).orElseThrow(TopicOperations::noTopic);
    }

    private static TopicResource requireSame(
            TopicResource topic, Map<String, String> attributes, Map<String, String> tags) {
        if (!topic.attributes().entrySet().containsAll(attributes.entrySet())) {
            throw TopicRules.invalid("Attributes", "Topic already exists with different attributes");
        }
        if (!topic.tags().entrySet().containsAll(tags.entrySet())) {
            throw TopicRules.invalid("Tags", "Topic already exists with different tags");
        }
        return topic;
    }

    /// The name in an ARN of this installation; a topic of any other does not exist here.
    private String nameOf(String topicArn) {
        String name = topicArn.substring(topicArn.lastIndexOf(':') + 1);
        if (!topicArn.startsWith("arn:") || !TopicRules.isTopicName(name)) {
            throw TopicRules.invalid("TopicArn");
        }
        if (!config.arns().topic(name).equals(topicArn)) {
            throw noTopic();
        }
        return name;
    }

    private void requireRoom() {
        if (catalog.all(ResourceKind.TOPIC).size() >= config.maxPerKind()) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_LIMIT_EXCEEDED,
                    "The limit of " + config.maxPerKind() + " resources of kind topic is reached");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static PlatformException noTopic() {
        return new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "Topic does not exist");
    }
}

package dev.millrace.controller;

import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.topic.Publication;
import dev.millrace.controlplane.topic.TopicPublisher;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import dev.millrace.monitoring.alarm.AlarmAction;
import dev.millrace.monitoring.alarm.AlarmMessage;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/// Tells topics of alarms that changed.
final class AlarmTopics implements AlarmAction {
    private final ResourceCatalog catalog;
    private final TopicPublisher publisher;
    private final Feed<OwedDelivery> owed;
    private final Arns arns;
    private final InstantSource clock;

    AlarmTopics(ResourceCatalog catalog, Feed<OwedDelivery> owed, Arns arns, InstantSource clock) {
        this.catalog = catalog;
        this.publisher = new TopicPublisher(catalog);
        this.owed = owed;
        this.arns = arns;
        this.clock = clock;
    }

    @Override
    public boolean isFor(String arn) {
        return arn.startsWith(arns.topic(""));
    }

    /// The message's id comes from the transition, so that the same one twice is one message.
    @Override
    public void take(AlarmResource alarm, String arn) {
        boolean isKnown = catalog.all(ResourceKind.TOPIC).stream()
                .anyMatch(topic -> topic.arn().equals(arn));
        if (!isKnown) {
            throw new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "Topic does not exist");
        }
        AlarmMessage message = AlarmMessage.of(alarm, arns.account(), arns.region());
        String transition = alarm.arn() + "\n" + alarm.state().transitionedAt() + "\n" + arn;
        String id = UUID.nameUUIDFromBytes(transition.getBytes(StandardCharsets.UTF_8))
                .toString();
        var publication = Publication.of(
                id, message.subject(), message.body(), alarm.state().transitionedAt());
        Stages.await(CompletableFuture.allOf(publisher.deliveries(arn, publication, clock.instant()).stream()
                .map(each -> owed.publish(each.key(), each).toCompletableFuture())
                .toArray(CompletableFuture[]::new)));
    }
}

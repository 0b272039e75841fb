package dev.millrace.notifier;

import dev.millrace.controlplane.topic.SubscriberAddress;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.outbound.OutboundAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What is under way and what waits at each server, so that a slow one holds up its own deliveries only.
///
/// A server is an origin, whatever the path on it, or a Kafka topic. Not thread-safe: guarded by its owner.
final class ServerLines {
    private final int places;
    private final Map<String, Line> lines = new HashMap<>();

    private static final class Line {
        final Queue<OwedDelivery> waiting = new ArrayDeque<>();
        int underWay;
    }

    /// @param places deliveries under way to one server at most
    ServerLines(int places) {
        this.places = places;
    }

    /// Takes a place for the delivery, or lets it wait for one.
    ///
    /// @return whether it has a place
    boolean enter(OwedDelivery delivery) {
        Line line = lines.computeIfAbsent(serverOf(delivery.destination()), _ -> new Line());
        if (line.underWay >= places) {
            line.waiting.add(delivery);
            return false;
        }
        line.underWay++;
        return true;
    }

    void leave(OwedDelivery delivery) {
        Line line = lines.get(serverOf(delivery.destination()));
        if (line != null) {
            line.underWay--;
            removeIfUnused(delivery);
        }
    }

    /// Who waits longest at the delivery's server, now out of the line, or null.
    ///
    /// To be asked for whenever a place there is left or is not taken after all.
    @Nullable
    OwedDelivery next(OwedDelivery delivery) {
        Line line = lines.get(serverOf(delivery.destination()));
        OwedDelivery next = line == null ? null : line.waiting.poll();
        removeIfUnused(delivery);
        return next;
    }

    private void removeIfUnused(OwedDelivery delivery) {
        lines.computeIfPresent(
                serverOf(delivery.destination()),
                (_, line) -> line.underWay == 0 && line.waiting.isEmpty() ? null : line);
    }

    private static String serverOf(Destination destination) {
        return switch (destination) {
            case Destination.Webhook webhook -> originOf(webhook.url());
            case Destination.Subscription subscription -> originOfSubscriber(subscription.url());
            case Destination.KafkaSubscription subscription -> "kafka:" + subscription.topic();
            case Destination.ResultTopic topic -> topic.address();
        };
    }

    private static String originOfSubscriber(String url) {
        try {
            return originOf(SubscriberAddress.parse(url).url());
        } catch (PlatformException _) {
            return url; // never called
        }
    }

    private static String originOf(String url) {
        try {
            return OutboundAddress.parse(url).origin();
        } catch (PlatformException _) {
            return url; // never called
        }
    }
}

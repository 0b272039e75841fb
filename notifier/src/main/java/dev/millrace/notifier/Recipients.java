package dev.millrace.notifier;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.EndpointIncarnation;
import dev.millrace.controlplane.topic.Publication;
import dev.millrace.controlplane.topic.TopicPublisher;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.OwedDelivery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is told of an invocation's end, and what: the request's own webhook and result topic, and the confirmed
/// subscriptions of the topic that its endpoint names for such an end.
final class Recipients {
    private static final Logger LOGGER = LoggerFactory.getLogger(Recipients.class);

    private final EndpointHistory endpoints;
    private final NotificationBody bodies;
    private final TopicPublisher topics;

    Recipients(EndpointHistory endpoints, NotificationBody bodies, TopicPublisher topics) {
        this.endpoints = endpoints;
        this.bodies = bodies;
        this.topics = topics;
    }

    /// Message ids derive from the invocation, so that the same event read twice owes the same messages.
    List<OwedDelivery> of(InvocationEvent.Terminal event, Instant now) {
        InvocationSummary summary = event.summary();
        Optional<EndpointIncarnation> endpoint = endpoints.thatAccepted(summary.endpoint(), summary.acceptedAt());
        if (endpoint.isEmpty()) {
            LOGGER.atWarn()
                    .addKeyValue("invocationId", summary.invocationId())
                    .addKeyValue("endpoint", summary.endpoint())
                    .log("nothing is kept of the endpoint, its webhooks and topics are not told");
        }
        AsyncInferenceConfig config =
                endpoint.map(EndpointIncarnation::asyncInference).orElse(null);
        boolean isCompleted = event instanceof InvocationEvent.Completed;
        List<OwedDelivery> owed = new ArrayList<>();
        if (summary.webhookUrl() != null && endpoint.isPresent()) {
            owed.add(OwedDelivery.first(
                    "msg_" + summary.invocationId(),
                    new Destination.Webhook(summary.endpoint(), endpoint.get().createdAt(), summary.webhookUrl()),
                    bodies.of(event, false),
                    now));
        }
        if (summary.resultTopic() != null) {
            owed.add(OwedDelivery.first(
                    "msg_" + summary.invocationId(),
                    new Destination.ResultTopic(summary.resultTopic()),
                    bodies.of(event, false),
                    now));
        }
        if (config != null) {
            String topicArn = isCompleted ? config.successTopic() : config.errorTopic();
            boolean includeResponse = isCompleted ? config.includeResponseInSuccess() : config.includeResponseInError();
            if (topicArn != null) {
                owed.addAll(toTopic(topicArn, event, bodies.of(event, includeResponse), now));
            }
        }
        var call = new OwedDelivery.Call(summary.endpoint(), summary.variant());
        return owed.stream().map(each -> each.of(call)).toList();
    }

    private List<OwedDelivery> toTopic(String topicArn, InvocationEvent.Terminal event, String message, Instant now) {
        String messageId = UUID.nameUUIDFromBytes(
                        (topicArn + " " + event.invocationId()).getBytes(StandardCharsets.UTF_8))
                .toString();
        return topics.deliveries(topicArn, Publication.of(messageId, null, message, event.at()), now);
    }
}

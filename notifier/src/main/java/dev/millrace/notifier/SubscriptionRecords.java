package dev.millrace.notifier;

import dev.millrace.invocation.Destination;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.TopicMessage;
import dev.millrace.invocation.port.RecordSender;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Writes messages to the Kafka topics that subscribe to topics of ours.
///
/// Headers `message-id`, `topic-arn`, `subscription-arn`, `subject`, and `attribute.<name>` for each message attribute;
/// the key is the message id.
final class SubscriptionRecords {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RecordSender sender;

    SubscriptionRecords(RecordSender sender) {
        this.sender = sender;
    }

    /// @param body the envelope, or the bare text where the subscriber wants that
    Attempt send(Destination.KafkaSubscription to, String messageId, TopicMessage message, String body)
            throws InterruptedException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("message-id", messageId);
        headers.put("topic-arn", to.topicArn());
        headers.put("subscription-arn", to.subscriptionArn());
        String subject = message.subject();
        if (subject != null) {
            headers.put("subject", subject);
        }
        message.attributes().forEach((name, attribute) -> headers.put("attribute." + name, attribute.value()));
        try {
            sender.send(to.topic(), messageId, headers, Payload.ofUtf8(body))
                    .toCompletableFuture()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return new Attempt.Taken();
        } catch (PlatformException e) {
            return new Attempt.Failed(e.text(), null);
        } catch (ExecutionException e) {
            return new Attempt.Failed(String.valueOf(e.getMessage()), null);
        } catch (TimeoutException _) {
            return new Attempt.Failed("the broker did not answer in time", null);
        }
    }
}

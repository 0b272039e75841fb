package dev.millrace.controlplane.topic;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// SNS's operations that publish. Thread-safe; a call blocks until what it makes owed is written down.
public final class PublishOperations {
    /// What became of one entry of a batch.
    public sealed interface Entry {
        record Published(String messageId) implements Entry {}

        /// @param isSenderFault whether the caller has to change something
        record Failed(String code, String message, boolean isSenderFault) implements Entry {}
    }

    private static final long PATIENCE_SECONDS = 10;

    private final TopicOperations topics;
    private final TopicPublisher publisher;
    private final Feed<OwedDelivery> owed;
    private final InstantSource clock;

    public PublishOperations(
            TopicOperations topics, TopicPublisher publisher, Feed<OwedDelivery> owed, InstantSource clock) {
        this.topics = topics;
        this.publisher = publisher;
        this.owed = owed;
        this.clock = clock;
    }

    /// @return the message's id; what is owed by then is sent whatever becomes of this process
    public String publish(String topicArn, PublishRequest request) {
        topics.requireTopic(topicArn);
        return publish(topicArn, request, PublishRules.check(request));
    }

    /// Publishes each entry for itself.
    ///
    /// @param entries up to ten, by their ids, which may repeat in what a caller sends
    /// @throws SnsException when the batch as a whole is none
    public Map<String, Entry> publishBatch(String topicArn, List<Map.Entry<String, PublishRequest>> entries) {
        topics.requireTopic(topicArn);
        PublishRules.requireBatch(entries.stream().map(Map.Entry::getKey).toList());
        PublishRules.requireBatchSize(entries.stream().map(Map.Entry::getValue).toList());
        var results = new LinkedHashMap<String, Entry>();
        entries.forEach(entry -> results.put(entry.getKey(), entry(topicArn, entry.getValue())));
        return results;
    }

    private Entry entry(String topicArn, PublishRequest request) {
        try {
            return new Entry.Published(publish(topicArn, request, PublishRules.check(request)));
        } catch (SnsException e) {
            return new Entry.Failed(e.error().code(), e.text(), true);
        } catch (PlatformException e) {
            return e.code().isTransient()
                    ? new Entry.Failed("InternalError", e.text(), false)
                    : new Entry.Failed("InvalidParameter", e.text(), true);
        }
    }

    private String publish(String topicArn, PublishRequest request, MessageText text) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String messageId = UUID.randomUUID().toString();
        var publication = new Publication(messageId, text, request.subject(), request.attributes(), now);
        write(publisher.deliveries(topicArn, publication, now));
        return messageId;
    }

    /// Writes down what is owed; returns when the feed has all of it.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when it has not: some of it may be sent nevertheless
    public void write(List<OwedDelivery> deliveries) {
        try {
            CompletableFuture.allOf(deliveries.stream()
                            .map(each -> owed.publish(each.key(), each).toCompletableFuture())
                            .toArray(CompletableFuture[]::new))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the broker did not take the message", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "interrupted", e);
        }
    }
}

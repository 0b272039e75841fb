package dev.millrace.queue;

import dev.millrace.invocation.port.Feed;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// A topic as a feed.
///
/// @param <T> the document
final class KafkaFeed<T> implements Feed<T> {
    private final KafkaConnection connection;
    private final String topic;
    private final DocumentFormat<T> format;

    KafkaFeed(KafkaConnection connection, String topic, DocumentFormat<T> format) {
        this.connection = connection;
        this.topic = topic;
        this.format = format;
    }

    @Override
    public CompletionStage<Void> publish(String key, @Nullable T value) {
        ProducerRecord<byte[], byte[]> record = value == null
                ? new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), null)
                : WireRecords.toKafka(topic, null, key, format.encode(value));
        return connection.sender().send(record);
    }

    @Override
    public Subscription follow(Start start, Listener<T> listener) {
        var follower = FeedFollower.open(connection, topic, start, documents(listener));
        return FeedSubscription.start(connection, "follow-" + topic, follower);
    }

    @Override
    public Subscription share(String group, GroupListener<T> listener) {
        var member = new FeedMember(connection, topic, group, documents(listener), listener::onAssigned);
        return FeedSubscription.start(connection, "share-" + topic, member);
    }

    private FeedDocuments<T> documents(Listener<T> listener) {
        return new FeedDocuments<>(format, listener);
    }
}

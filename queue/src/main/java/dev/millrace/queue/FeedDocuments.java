package dev.millrace.queue;

import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands records to a listener as documents; what is no document is passed over.
///
/// @param <T> the document
final class FeedDocuments<T> {
    private static final Logger LOGGER = LoggerFactory.getLogger(FeedDocuments.class);

    private final DocumentFormat<T> format;
    private final Feed.Listener<T> listener;

    FeedDocuments(DocumentFormat<T> format, Feed.Listener<T> listener) {
        this.format = format;
        this.listener = listener;
    }

    /// Throws what the listener throws.
    void handOver(ConsumerRecord<byte[], byte[]> record) {
        @Nullable T document = null;
        if (record.value() != null) {
            Optional<T> decoded = decode(record);
            if (decoded.isEmpty()) {
                return;
            }
            document = decoded.get();
        }
        listener.onDocument(WireRecords.key(record), document);
    }

    private Optional<T> decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return format.decode(WireRecords.fromKafka(record));
        } catch (PlatformException e) {
            LOGGER.atWarn()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("error", e.text())
                    .log("record holds no document, passed over");
            return Optional.empty();
        }
    }
}

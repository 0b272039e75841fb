package dev.millrace.queue;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what an intake topic held and nobody could take to the dead letters: the record as it was, the
/// reason and its
/// place in headers.
final class MalformedRecords {
    private static final Logger LOGGER = LoggerFactory.getLogger(MalformedRecords.class);

    private final KafkaConnection connection;

    MalformedRecords(KafkaConnection connection) {
        this.connection = connection;
    }

    CompletableFuture<Void> publish(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
        LOGGER.atInfo()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("error", failure.toString())
                .setCause(failure instanceof PlatformException ? null : failure)
                .log("record refused, sent to the dead letters");
        return connection
                .sender()
                .send(deadLetter(record, record.value(), failure))
                // The reason may make it larger than the broker takes: then without what it held.
                .exceptionallyCompose(unsent -> isTooLarge(unsent)
                        ? connection.sender().send(deadLetter(record, null, failure))
                        : CompletableFuture.failedFuture(unsent))
                .exceptionallyCompose(unsent -> {
                    if (!isTooLarge(unsent)) {
                        return CompletableFuture.failedFuture(unsent);
                    }
                    LOGGER.atError().addKeyValue("topic", record.topic()).log("record fits in no dead letter, dropped");
                    return CompletableFuture.completedFuture(null);
                });
    }

    private static boolean isTooLarge(Throwable unsent) {
        Throwable cause =
                unsent instanceof CompletionException && unsent.getCause() != null ? unsent.getCause() : unsent;
        return cause instanceof PlatformException known && known.code() == ErrorCode.PAYLOAD_TOO_LARGE;
    }

    private static ProducerRecord<byte[], byte[]> deadLetter(
            ConsumerRecord<byte[], byte[]> record, byte @Nullable [] value, Throwable failure) {
        var letter = new ProducerRecord<byte[], byte[]>(Topics.MALFORMED, record.key(), value);
        record.headers().forEach(letter.headers()::add);
        PlatformException reason = failure instanceof PlatformException known
                ? known
                : new PlatformException(ErrorCode.INTERNAL_FAILURE, "unexpected failure", failure);
        add(letter, "millrace-reason", reason.text());
        add(letter, "millrace-error", reason.code().name());
        add(letter, "millrace-topic", record.topic());
        add(letter, "millrace-partition", Integer.toString(record.partition()));
        add(letter, "millrace-offset", Long.toString(record.offset()));
        return letter;
    }

    private static void add(ProducerRecord<byte[], byte[]> letter, String name, String value) {
        letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}

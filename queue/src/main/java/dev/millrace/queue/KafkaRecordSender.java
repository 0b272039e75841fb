package dev.millrace.queue;

import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.RecordSender;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Sends records to topics that users named, on the connection's own producer. Thread-safe.
public final class KafkaRecordSender implements RecordSender {
    private final KafkaConnection connection;

    public KafkaRecordSender(KafkaConnection connection) {
        this.connection = connection;
    }

    @Override
    public CompletionStage<Void> send(String topic, String key, Map<String, String> headers, Payload value) {
        var producerRecord = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value.bytes());
        headers.forEach((name, text) -> producerRecord.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return connection.sender().send(producerRecord);
    }
}

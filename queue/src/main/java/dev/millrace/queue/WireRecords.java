package dev.millrace.queue;

import dev.millrace.invocation.Payload;
import dev.millrace.invocation.codec.WireRecord;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Wire records as Kafka's records and back.
final class WireRecords {
    private WireRecords() {}

    static ProducerRecord<byte[], byte[]> toKafka(
            String topic, @Nullable Integer partition, String key, WireRecord wire) {
        var record = new ProducerRecord<byte[], byte[]>(
                topic,
                partition,
                key.getBytes(StandardCharsets.UTF_8),
                wire.value().bytes());
        wire.headers().forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    static WireRecord fromKafka(ConsumerRecord<byte[], byte[]> record) {
        return fromKafka(record, UnaryOperator.identity());
    }

    /// As [#fromKafka], for records of producers who may write header names as HTTP does.
    static WireRecord inLowerCase(ConsumerRecord<byte[], byte[]> record) {
        return fromKafka(record, name -> name.toLowerCase(Locale.ROOT));
    }

    private static WireRecord fromKafka(ConsumerRecord<byte[], byte[]> record, UnaryOperator<String> naming) {
        var headers = new LinkedHashMap<String, String>();
        for (Header header : record.headers()) {
            if (header.value() != null) {
                headers.put(naming.apply(header.key()), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        byte[] value = record.value();
        return new WireRecord(headers, value == null ? Payload.EMPTY : Payload.of(value));
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }
}

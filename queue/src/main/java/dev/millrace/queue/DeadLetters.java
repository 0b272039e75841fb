package dev.millrace.queue;

import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.WireRecord;
import java.util.Map;
import java.util.Optional;

/// Dead letters as the broker writes them: where the original lies is in headers, and the original's own
/// headers, which
/// hold the request, are not there.
final class DeadLetters implements DocumentFormat<DeadLetter> {
    private static final String TOPIC = "__dlq.errors.topic";
    private static final String PARTITION = "__dlq.errors.partition";
    private static final String OFFSET = "__dlq.errors.offset";
    private static final String DELIVERIES = "__dlq.errors.delivery.count";

    @Override
    public WireRecord encode(DeadLetter letter) {
        return new WireRecord(
                Map.of(
                        TOPIC, letter.topic(),
                        PARTITION, Integer.toString(letter.partition()),
                        OFFSET, Long.toString(letter.offset()),
                        DELIVERIES, Integer.toString(letter.deliveryCount())),
                Payload.EMPTY);
    }

    @Override
    public Optional<DeadLetter> decode(WireRecord record) {
        Map<String, String> headers = record.headers();
        try {
            return Optional.of(new DeadLetter(
                    headers.getOrDefault(TOPIC, ""),
                    Integer.parseInt(headers.getOrDefault(PARTITION, "")),
                    Long.parseLong(headers.getOrDefault(OFFSET, "")),
                    Integer.parseInt(headers.getOrDefault(DELIVERIES, "0"))));
        } catch (NumberFormatException e) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "not a dead letter of a share group", e);
        }
    }
}

package dev.millrace.invocation.codec;

import dev.millrace.invocation.InvocationEvent;
import java.time.Instant;
import java.util.Optional;

/// Invocation events as CloudEvents 1.0 in structured JSON mode; `subject` is the invocation id and `data`
/// the event.
public final class EventCodec implements Codec<InvocationEvent> {
    private static final String TYPE_PREFIX = "dev.millrace.invocation.";

    /// @param id unique to the event: the same text when the same step publishes it twice
    private record Envelope(
            String specversion,
            String id,
            String source,
            String type,
            String subject,
            Instant time,
            String datacontenttype,
            InvocationEvent data) {}

    private static final Codec<Envelope> ENVELOPE = Json.codec(Envelope.class);

    @Override
    public byte[] encode(InvocationEvent event) {
        String type = event.getClass().getSimpleName();
        return ENVELOPE.encode(new Envelope(
                "1.0",
                event.invocationId() + ":" + type,
                "millrace",
                TYPE_PREFIX + type,
                event.invocationId().toString(),
                event.at(),
                "application/json",
                event));
    }

    @Override
    public Optional<InvocationEvent> decode(byte[] bytes) {
        return ENVELOPE.decode(bytes).map(Envelope::data);
    }
}

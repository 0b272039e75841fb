package dev.millrace.invocation.codec;

import dev.millrace.invocation.InvocationEvent;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private static final Set<String> TERMINAL = Stream.of(InvocationEvent.Terminal.class.getPermittedSubclasses())
            .map(EventCodec::typeOf)
            .collect(Collectors.toUnmodifiableSet());

    /// The CloudEvents type of an event, as readers find it without decoding.
    public static String typeOf(InvocationEvent event) {
        return typeOf(event.getClass());
    }

    /// Whether events of that CloudEvents type end an invocation.
    public static boolean isTerminal(String type) {
        return TERMINAL.contains(type);
    }

    private static String typeOf(Class<?> event) {
        return TYPE_PREFIX + event.getSimpleName();
    }

    @Override
    public byte[] encode(InvocationEvent event) {
        String type = event.getClass().getSimpleName();
        return ENVELOPE.encode(new Envelope(
                "1.0",
                event.invocationId() + ":" + type,
                "millrace",
                typeOf(event),
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

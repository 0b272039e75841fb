package dev.millrace.queue;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.codec.EventCodec;
import dev.millrace.invocation.codec.WireRecord;
import java.util.Map;
import java.util.Optional;

/// Invocation events, whose type also stands in a header, so that a reader of some need not decode the others.
///
/// @param isOfEndsOnly whether what is not terminal is passed over
record EventFormat(boolean isOfEndsOnly) implements DocumentFormat<InvocationEvent> {
    private static final String TYPE = "ce_type";
    private static final EventCodec CODEC = new EventCodec();

    @Override
    public WireRecord encode(InvocationEvent event) {
        return new WireRecord(Map.of(TYPE, EventCodec.typeOf(event)), Payload.of(CODEC.encode(event)));
    }

    @Override
    public Optional<InvocationEvent> decode(WireRecord record) {
        String type = record.headers().get(TYPE);
        if (isOfEndsOnly && type != null && !EventCodec.isTerminal(type)) {
            return Optional.empty();
        }
        return CODEC.decode(record.value().bytes())
                .filter(event -> !isOfEndsOnly || event instanceof InvocationEvent.Terminal);
    }
}

package dev.millrace.queue;

import dev.millrace.invocation.Payload;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.WireRecord;
import java.util.Map;
import java.util.Optional;

/// How the documents of a feed lie in records.
///
/// @param <T> the document
interface DocumentFormat<T> {
    WireRecord encode(T document);

    /// The document, or empty when this version does not know its type.
    ///
    /// @throws dev.millrace.invocation.PlatformException `VALIDATION_ERROR` when the record holds none
    Optional<T> decode(WireRecord record);

    /// Documents that are the record's value.
    static <T> DocumentFormat<T> of(Codec<T> codec) {
        return new DocumentFormat<>() {
            @Override
            public WireRecord encode(T document) {
                return new WireRecord(Map.of(), Payload.of(codec.encode(document)));
            }

            @Override
            public Optional<T> decode(WireRecord record) {
                return codec.decode(record.value().bytes());
            }
        };
    }
}

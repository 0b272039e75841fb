package dev.millrace.invocation.codec;

import java.util.Optional;

/// Turns documents of one kind into bytes and back. Thread-safe.
///
/// @param <T> the document
public interface Codec<T> {
    byte[] encode(T document);

    /// The document, or empty when it is of a type that this version does not know: the reader skips it.
    ///
    /// @throws PlatformException `VALIDATION_ERROR` when the bytes are no document of this kind
    Optional<T> decode(byte[] bytes);
}

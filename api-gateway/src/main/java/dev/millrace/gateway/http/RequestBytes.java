package dev.millrace.gateway.http;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The bytes of a request that its client may have compressed, as AWS's newer ones do with large ones.
final class RequestBytes {
    private RequestBytes() {}

    /// @param encoding the header `Content-Encoding`, or null
    /// @param maxBytes of what comes out
    /// @throws PlatformException `MALFORMED_REQUEST` when it is no gzip; `PAYLOAD_TOO_LARGE` when there is
    ///     too much
    static byte[] of(Payload body, @Nullable String encoding, int maxBytes) {
        if (encoding == null || !encoding.equalsIgnoreCase("gzip")) {
            return body.bytes();
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body.bytes()))) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw Exchange.tooLarge(maxBytes);
            }
            return bytes;
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.MALFORMED_REQUEST, "the body is not gzip as its header says", e);
        }
    }
}

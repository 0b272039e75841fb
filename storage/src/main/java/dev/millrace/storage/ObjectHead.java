package dev.millrace.storage;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.port.ObjectInfo;
import io.minio.Time;
import java.io.IOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/// What the headers of an answer say of an object.
///
/// @param hasMd5 whether the ETag is the MD5 of the bytes: not so after a multipart upload, nor for objects
///     that the store encrypts with a key of a key service
record ObjectHead(ObjectInfo info, boolean hasMd5) {
    /// @param size of the whole object
    static ObjectHead of(ObjectLocation at, Headers headers, long size) throws IOException {
        String etag = headers.get("ETag");
        if (etag == null || size < 0) {
            throw new IOException("answer without ETag or length");
        }
        String plain = S3Request.unquoted(etag);
        String encryption = headers.get("x-amz-server-side-encryption");
        boolean hasMd5 = Digests.isMd5(plain) && (encryption == null || encryption.equals("AES256"));
        var info = new ObjectInfo(
                at,
                size,
                plain,
                lastModified(headers.get("Last-Modified")),
                headers.get("Content-Type"),
                headers.get(S3Request.INVOCATION_ID));
        return new ObjectHead(info, hasMd5);
    }

    static ObjectHead of(ObjectLocation at, Headers headers) throws IOException {
        String length = headers.get("Content-Length");
        return of(at, headers, length == null ? -1 : Long.parseLong(length));
    }

    private static Instant lastModified(@Nullable String text) throws IOException {
        if (text == null) {
            throw new IOException("answer without Last-Modified");
        }
        try {
            return ZonedDateTime.parse(text, Time.HTTP_HEADER_DATE_FORMAT).toInstant();
        } catch (DateTimeParseException e) {
            throw new IOException("Last-Modified: " + text, e);
        }
    }
}

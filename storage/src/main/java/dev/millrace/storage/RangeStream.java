package dev.millrace.storage;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import io.minio.Http;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// A range of one version of an object. Asks for the rest where a connection breaks; never ends early.
final class RangeStream extends InputStream {
    private static final Duration TOTAL = Duration.ofMinutes(30);
    private static final int MAX_FAILURES = 4;

    private final S3Calls calls;
    private final ObjectLocation at;
    private final String etag;
    private final long end;
    private long position;
    private int failures;
    private @Nullable Response response;

    RangeStream(S3Calls calls, ObjectLocation at, String etag, long offset, long length) {
        this.calls = calls;
        this.at = at;
        this.etag = etag;
        this.position = offset;
        this.end = Math.addExact(offset, length);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        while (position < end) {
            try {
                int wanted = (int) Math.min(length, end - position);
                int count = connected().body().byteStream().read(bytes, offset, wanted);
                if (count < 0) {
                    throw new IOException(at + ": ended " + (end - position) + " bytes early");
                }
                position += count;
                failures = 0;
                return count;
            } catch (IOException e) {
                disconnect();
                boolean isFinal = e instanceof S3Refusal refusal && !refusal.isTransient();
                if (isFinal || ++failures == MAX_FAILURES) {
                    throw e;
                }
                calls.retries().pause(failures);
            }
        }
        return -1;
    }

    @Override
    public void close() {
        disconnect();
    }

    private Response connected() throws IOException {
        if (response != null) {
            return response;
        }
        var request = S3Request.of(Http.Method.GET, at)
                .headers(Map.of(
                        "If-Match",
                        S3Request.quoted(etag),
                        "Range",
                        "bytes=" + position + "-" + (end - 1),
                        "Accept-Encoding",
                        "identity"));
        Response opened;
        try {
            opened = calls.once(request, TOTAL);
        } catch (S3Refusal e) {
            if (e.isMissing() || e.status() == 412 || e.status() == 416) {
                throw new PlatformException(
                        ErrorCode.INPUT_NOT_FOUND, at + ": deleted or changed while it was read", e);
            }
            throw e;
        }
        boolean isAsked = opened.code() == 206
                ? startsHere(opened.header("Content-Range"))
                : position == 0 && opened.body().contentLength() == end;
        if (!isAsked) {
            opened.close();
            throw new IOException(at + ": the store sent another range");
        }
        response = opened;
        return opened;
    }

    private boolean startsHere(@Nullable String contentRange) {
        return contentRange != null && contentRange.startsWith("bytes " + position + "-" + (end - 1) + "/");
    }

    private void disconnect() {
        if (response != null) {
            response.close();
            response = null;
        }
    }
}

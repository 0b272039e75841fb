package dev.millrace.storage;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectWriter;
import dev.millrace.invocation.port.UploadSigner.Part;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds one part in memory. What fits in one is written by a single put; only then is there no upload to
/// give up.
final class S3ObjectWriter implements ObjectWriter {
    static final int PART_BYTES = 8 * 1024 * 1024;

    private static final Logger LOGGER = LoggerFactory.getLogger(S3ObjectWriter.class);
    private static final int FIRST_BYTES = 16 * 1024;

    private final S3Calls calls;
    private final Multipart multipart;
    private final ObjectLocation at;
    private final ObjectAttributes attributes;
    private final WriteCondition condition;
    private final List<Part> parts = new ArrayList<>();
    private byte[] part = new byte[FIRST_BYTES];
    private int filled;
    private long written;
    private @Nullable String uploadId;
    private boolean isDone;

    S3ObjectWriter(
            S3Calls calls,
            Multipart multipart,
            ObjectLocation at,
            ObjectAttributes attributes,
            WriteCondition condition) {
        this.calls = calls;
        this.multipart = multipart;
        this.at = at;
        this.attributes = attributes;
        this.condition = condition;
    }

    @Override
    public void write(ByteBuffer bytes) {
        requireOpen();
        while (bytes.hasRemaining()) {
            if (filled == PART_BYTES) {
                send();
            }
            int count = Math.min(bytes.remaining(), PART_BYTES - filled);
            reserve(filled + count);
            bytes.get(part, filled, count);
            filled += count;
            written += count;
        }
    }

    @Override
    public long bytesWritten() {
        return written;
    }

    @Override
    public WriteResult commit() {
        requireOpen();
        if (uploadId == null) {
            isDone = true;
            Payload body = Payload.of(filled == part.length ? part : Arrays.copyOf(part, filled));
            return calls.put(at, body, attributes, condition);
        }
        String upload = uploadId;
        if (filled > 0) {
            send();
        }
        WriteResult result = multipart.complete(at, upload, parts, condition, attributes, written);
        // A refused upload is still there, and close() gives it up.
        isDone = result instanceof WriteResult.Written;
        return result;
    }

    @Override
    public void close() {
        if (isDone) {
            return;
        }
        isDone = true;
        if (uploadId != null) {
            try {
                multipart.abort(at, uploadId);
            } catch (PlatformException e) {
                LOGGER.atWarn()
                        .addKeyValue("bucket", at.bucket())
                        .addKeyValue("key", at.key())
                        .addKeyValue("error", e.text())
                        .log("upload could not be given up, its parts are left to the store");
            }
        }
    }

    private void send() {
        if (uploadId == null) {
            uploadId = multipart.start(at, attributes);
        }
        if (parts.size() == Multipart.MAX_PARTS) {
            throw new PlatformException(ErrorCode.PAYLOAD_TOO_LARGE, at + ": over " + written + " bytes");
        }
        parts.add(multipart.upload(at, uploadId, parts.size() + 1, part, filled));
        filled = 0;
    }

    private void reserve(int needed) {
        if (needed > part.length) {
            part = Arrays.copyOf(part, Math.min(PART_BYTES, Math.max(needed, part.length * 2)));
        }
    }

    private void requireOpen() {
        if (isDone) {
            throw new IllegalStateException(at + ": committed or closed");
        }
    }
}

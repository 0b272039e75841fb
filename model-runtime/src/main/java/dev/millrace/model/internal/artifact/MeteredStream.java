package dev.millrace.model.internal.artifact;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.model.ArtifactLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Counts what an archive unpacks to and stops it at its limits, wherever the bytes are going.
final class MeteredStream extends FilterInputStream {
    /// Below this no ratio is judged: a small file of zeros packs better than any bomb.
    private static final long RATIO_FROM = 10L << 20;

    private static final int SKIP_BYTES = 4_096;
    private static final long MAX_HEADER = Long.MAX_VALUE / 2;

    private final long byRatio;
    private final ArtifactLimits limits;
    private final InstantSource clock;
    private final Instant deadline;
    private long bytes;
    private boolean hasContent;
    private @Nullable IOException failure;
    private long allowance = Long.MAX_VALUE;

    MeteredStream(InputStream unpacked, long packedBytes, ArtifactLimits limits, InstantSource clock) {
        super(unpacked);
        this.byRatio = Math.max(RATIO_FROM, packedBytes * limits.maxRatio());
        this.limits = limits;
        this.clock = clock;
        this.deadline = clock.instant().plus(limits.maxTime());
    }

    /// Lets so many bytes through from here on, and looks for what is not zero among them.
    void allowHeader(long more) {
        allowance = more;
        hasContent = false;
    }

    void allowAll() {
        allowance = Long.MAX_VALUE;
    }

    /// Whether anything but zeros came since [#allowHeader].
    boolean hasContent() {
        return hasContent;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /// Fails again once it has failed: the tar reader takes a failure at the very end for the end.
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            int read = in.read(into, offset, length);
            count(Math.max(read, 0));
            for (int i = offset; allowance < MAX_HEADER && i < offset + read && !hasContent; i++) {
                hasContent = into[i] != 0;
            }
            return read;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] skipped = new byte[(int) Math.min(count, SKIP_BYTES)];
        return Math.max(read(skipped, 0, skipped.length), 0);
    }

    private void count(long more) {
        bytes += more;
        allowance -= more;
        if (bytes > limits.maxBytes()) {
            throw refused("unpacks to more than " + limits.maxBytes() + " bytes");
        }
        if (bytes > byRatio) {
            throw refused("unpacks to more than " + limits.maxRatio() + " times its size");
        }
        if (allowance < 0) {
            throw refused("has an entry with an oversized header");
        }
        if (clock.instant().isAfter(deadline)) {
            throw refused("takes longer than " + limits.maxTime() + " to unpack");
        }
    }

    private static PlatformException refused(String reason) {
        return new PlatformException(ErrorCode.MODEL_ERROR, "the model archive " + reason);
    }
}

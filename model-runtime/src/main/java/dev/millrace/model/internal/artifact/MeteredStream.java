package dev.millrace.model.internal.artifact;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.model.ArtifactLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;

/// Counts what an archive unpacks to and stops it at its limits, wherever the bytes are going.
final class MeteredStream extends FilterInputStream {
    /// Below this no ratio is judged: a small file of zeros packs better than any bomb.
    private static final long RATIO_FROM = 10L << 20;

    private final long byRatio;
    private final ArtifactLimits limits;
    private final InstantSource clock;
    private final Instant deadline;
    private long bytes;
    private long allowance = Long.MAX_VALUE;

    MeteredStream(InputStream unpacked, long packedBytes, ArtifactLimits limits, InstantSource clock) {
        super(unpacked);
        this.byRatio = Math.max(RATIO_FROM, packedBytes * limits.maxRatio());
        this.limits = limits;
        this.clock = clock;
        this.deadline = clock.instant().plus(limits.maxTime());
    }

    /// Lets so many bytes through from here on.
    void allow(long more) {
        allowance = more;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = in.read(into, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        count(skipped);
        return skipped;
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

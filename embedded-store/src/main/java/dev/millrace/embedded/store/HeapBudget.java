package dev.millrace.embedded.store;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Bounds the bodies that are in the heap at one time.
///
/// S3Proxy reads a body whole before it writes any of it when the body's hash is part of the signature, as
/// boto3 does over plain HTTP; other bodies stream.
final class HeapBudget {
    private static final int UNIT_BYTES = 1024;
    /// Reading into an array of unknown origin holds the bytes twice for a moment.
    private static final int COPIES = 2;

    private static final long SMALL_BYTES = 64L * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final long maxBodyBytes;
    private final int units;
    private final Semaphore free;

    /// A part of the budget in use.
    interface Reservation extends AutoCloseable {
        @Override
        void close();
    }

    /// @param bytes for all bodies together
    /// @param maxBodyBytes larger bodies are refused elsewhere
    HeapBudget(long bytes, long maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
        this.units = Math.toIntExact(bytes / UNIT_BYTES);
        this.free = new Semaphore(units, true);
    }

    /// Waits for room for the request's body.
    ///
    /// @throws RuntimeException `SlowDown` when there is none for a while
    Reservation reserve(HttpServletRequest request) {
        long bytes = bufferedBytes(request);
        if (bytes <= SMALL_BYTES) {
            return () -> {};
        }
        int needed = (int) Math.min(units, bytes * COPIES / UNIT_BYTES);
        try {
            if (!free.tryAcquire(needed, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw S3Errors.busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw S3Errors.busy();
        }
        return () -> free.release(needed);
    }

    private long bufferedBytes(HttpServletRequest request) {
        String hash = request.getHeader("x-amz-content-sha256");
        boolean isBuffered = hash != null && hash.length() == 64 && request.getParameter("X-Amz-Algorithm") == null;
        if (!isBuffered) {
            return 0;
        }
        long declared = request.getContentLengthLong();
        return declared < 0 || declared > maxBodyBytes ? maxBodyBytes : declared;
    }
}

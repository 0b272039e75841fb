package dev.millrace.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// How long one request keeps a thread of the model, from what the model has done lately.
///
/// Counts thread time, not waiting: with eight requests in the queue of one thread each takes an eighth of
/// what its
/// caller sees. Thread-safe.
final class ServiceTime {
    private static final int WINDOW = 64;

    private final int threads;
    private final LongSupplier nanoTime;
    private int running;
    private long since;
    private double busyNanos;
    private double finished;

    /// @param threads model runs at once
    ServiceTime(int threads, LongSupplier nanoTime) {
        this.threads = threads;
        this.nanoTime = nanoTime;
    }

    synchronized void begin() {
        advance();
        running++;
    }

    synchronized void end() {
        advance();
        running--;
        finished++;
        if (finished >= WINDOW) {
            finished /= 2;
            busyNanos /= 2;
        }
    }

    /// The recent mean, or empty before `enough` requests were finished.
    synchronized Optional<Duration> mean(int enough) {
        return finished < enough ? Optional.empty() : Optional.of(Duration.ofNanos((long) (busyNanos / finished)));
    }

    private void advance() {
        long now = nanoTime.getAsLong();
        busyNanos += (double) Math.min(running, threads) * (now - since);
        since = now;
    }
}

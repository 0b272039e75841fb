package dev.millrace.notifier;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// When a delivery that failed is tried again: exponential backoff with jitter, or later when the receiver asks for it.
final class RetrySchedule {
    private static final double FACTOR = 5;
    private static final double JITTER = 0.2;

    private final IntervalFunction intervals;
    private final int maxAttempts;

    RetrySchedule(Duration base, Duration max, int maxAttempts) {
        this.intervals = IntervalFunction.ofExponentialRandomBackoff(base, FACTOR, JITTER, max);
        this.maxAttempts = maxAttempts;
    }

    /// @param attempts made so far, the failed one included
    boolean isExhausted(int attempts) {
        return attempts >= maxAttempts;
    }

    /// @param wanted what the receiver asked for, or null
    Instant next(int attempts, @Nullable Duration wanted, Instant now) {
        Duration wait = Duration.ofMillis(intervals.apply(attempts));
        return now.plus(wanted != null && wanted.compareTo(wait) > 0 ? wanted : wait);
    }
}

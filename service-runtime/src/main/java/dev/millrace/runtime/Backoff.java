package dev.millrace.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// Exponential backoff with full jitter: attempt `n` waits between half and all of `min(max, base * 2^n)`.
///
/// @param base the longest wait after the first attempt
/// @param max the longest wait ever
public record Backoff(Duration base, Duration max) {
    /// How long to wait after that many failed attempts.
    ///
    /// @param failures from 1
    public Duration after(int failures, RandomGenerator random) {
        long ceiling = Math.min(max.toMillis(), base.toMillis() << Math.min(failures - 1, 30));
        return Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
    }
}

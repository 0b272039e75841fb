package dev.millrace.notifier;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How one attempt at a delivery ended.
sealed interface Attempt {
    /// The receiver has it.
    record Taken() implements Attempt {}

    /// It may be taken later.
    ///
    /// @param delay what the receiver asked for, or null
    record Failed(String reason, @Nullable Duration delay) implements Attempt {}

    /// It will never be taken.
    record Refused(String reason) implements Attempt {}

    /// The destination failed so often, or what the call needs is out of reach, that it was not called; does not count
    /// as an attempt.
    record NotMade(Duration delay) implements Attempt {}
}

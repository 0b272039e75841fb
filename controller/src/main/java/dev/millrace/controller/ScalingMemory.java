package dev.millrace.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What earlier decisions about one generation leave for the next one. Immutable.
///
/// @param since when the memory begins
/// @param lastActive when work was last seen
/// @param samples oldest first, no older than the longest window
record ScalingMemory(Instant since, Instant lastActive, List<Sample> samples) {
    /// One look at the load.
    ///
    /// @param wanted how many workers it called for, bounds not applied
    /// @param busy workers that held requests
    record Sample(Instant at, Load load, int wanted, int busy) {}

    ScalingMemory {
        samples = List.copyOf(samples);
    }

    static ScalingMemory begin(Instant now) {
        return new ScalingMemory(now, now, List.of());
    }

    ScalingMemory with(Sample sample, boolean isActive, Duration keep) {
        Instant oldest = sample.at().minus(keep);
        return new ScalingMemory(
                since,
                isActive ? sample.at() : lastActive,
                Stream.concat(samples.stream().filter(each -> each.at().isAfter(oldest)), Stream.of(sample))
                        .toList());
    }

    ScalingMemory active(Instant at) {
        return new ScalingMemory(since, at, samples);
    }

    /// The last load seen, or null when none was.
    @Nullable
    Load lastLoad() {
        return samples.isEmpty() ? null : samples.getLast().load();
    }

    /// Whether decisions were made all through the window.
    boolean covers(Duration window, Instant now) {
        return !since.isAfter(now.minus(window));
    }

    /// The samples of the window.
    List<Sample> recent(Duration window, Instant now) {
        Instant from = now.minus(window);
        return samples.stream().filter(each -> !each.at().isBefore(from)).toList();
    }

    /// Requests finished per second over the window; 0 when the samples span less than a second.
    double finishedPerSecond(Duration window, Instant now) {
        List<Sample> recent = recent(window, now);
        if (recent.size() < 2) {
            return 0;
        }
        Sample first = recent.getFirst();
        Sample last = recent.getLast();
        double seconds = Duration.between(first.at(), last.at()).toMillis() / 1000.0;
        return seconds < 1
                ? 0
                : Math.max(0, last.load().finished() - first.load().finished()) / seconds;
    }
}

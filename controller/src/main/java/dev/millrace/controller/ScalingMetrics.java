package dev.millrace.controller;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a scaling decision looks at.
///
/// @param min bounds in force
/// @param max bounds in force
/// @param concurrency requests that one worker runs at once
/// @param load null while the broker cannot say
/// @param placed workers that the placement names
/// @param ready workers that take requests
/// @param busy workers that hold requests
/// @param isWoken whether a request was queued since the last decision while no worker was placed
/// @param isContended whether another endpoint waits for room
/// @param emptiedAt when somebody asked for no workers at all, or null: nothing that came before it keeps one
record ScalingMetrics(
        int min,
        int max,
        int concurrency,
        @Nullable Load load,
        int placed,
        int ready,
        int busy,
        boolean isWoken,
        boolean isContended,
        @Nullable Instant emptiedAt) {
    ScalingMetrics {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException("scaling bounds: " + min + " to " + max);
        }
    }
}

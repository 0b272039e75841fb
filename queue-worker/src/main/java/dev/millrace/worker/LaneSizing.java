package dev.millrace.worker;

import dev.millrace.invocation.LaneId;
import java.time.Duration;
import java.util.Optional;

/// How many consumers a worker has on one lane and how many records each may hold.
///
/// Quick models need many records in flight to hide the round trips of acquiring; for slow ones every
/// record held
/// beyond what runs is one that waits here while another worker idles.
record LaneSizing(int consumers, int maxHeld) {
    /// From here on a record's own time hides the round trips.
    private static final Duration SLOW = Duration.ofMillis(20);
    /// Below this a slow model counts as quick again; the gap keeps a model at the border from going to and
    /// fro.
    private static final Duration QUICK = Duration.ofMillis(14);

    private static final int QUICK_CONSUMERS = 3;
    private static final int QUICK_ASYNCHRONOUS = 8;
    private static final int QUICK_REAL_TIME = 16;
    private static final int FIRST_RECORDS = 2;

    /// One record at a time.
    static final LaneSizing CAUTIOUS = new LaneSizing(1, 1);

    /// The size that fits what is known.
    ///
    /// @param serviceTime how long a record keeps a thread of the model; empty at first
    /// @param wasSlow what was decided before
    /// @param threads model runs at once
    /// @param bound asynchronous records that the worker may hold on this lane
    static LaneSizing of(LaneId.Kind kind, Optional<Duration> serviceTime, boolean wasSlow, int threads, int bound) {
        boolean slow = isSlow(serviceTime, wasSlow);
        return switch (kind) {
            case REAL_TIME -> slow ? new LaneSizing(2, Math.clamp(threads, 1, 8)) : new LaneSizing(2, QUICK_REAL_TIME);
            case ASYNCHRONOUS ->
                slow
                        ? new LaneSizing(threads + 1, 1).within(bound)
                        : serviceTime.isPresent()
                                ? new LaneSizing(QUICK_CONSUMERS, QUICK_ASYNCHRONOUS).within(bound)
                                : new LaneSizing(Math.max(2, threads), FIRST_RECORDS).within(bound);
        };
    }

    static boolean isSlow(Optional<Duration> serviceTime, boolean wasSlow) {
        return serviceTime.isPresent() && serviceTime.get().compareTo(wasSlow ? QUICK : SLOW) >= 0;
    }

    private LaneSizing within(int bound) {
        int held = Math.clamp(maxHeld, 1, Math.max(1, bound));
        return new LaneSizing(Math.clamp(bound / held, 1, consumers), held);
    }
}

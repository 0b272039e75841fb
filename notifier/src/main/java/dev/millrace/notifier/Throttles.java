package dev.millrace.notifier;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/// Keeps each subscriber's deliveries to its `maxReceivesPerSecond`. Thread-safe.
///
/// Each notifier takes the share of the limit that it has of the work. Bounded: the subscriber that was not
/// asked for longest is forgotten first.
final class Throttles {
    private static final int MAX = 2_000;

    private final InstantSource clock;
    private final DoubleSupplier share;
    private final Map<String, Slots> slots = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Slots> eldest) {
            return size() > MAX;
        }
    };

    /// @param free when the next delivery may be made
    /// @param promised the latest time that one was sent away to
    private record Slots(Instant free, Instant promised) {}

    /// @param share of the deliveries that are this process's, above 0 and up to 1
    Throttles(InstantSource clock, DoubleSupplier share) {
        this.clock = clock;
        this.share = share;
    }

    /// How long a delivery has to wait, or empty when it may be made now.
    synchronized Optional<Duration> waitFor(String subscription, int maxPerSecond) {
        Instant now = clock.instant();
        long interval = Math.max(1, Math.round(1e9 / (maxPerSecond * Math.max(0.01, share.getAsDouble()))));
        Slots known = slots.getOrDefault(subscription, new Slots(now, now));
        if (!known.free().isAfter(now)) {
            slots.put(subscription, new Slots(now.plusNanos(interval), later(known.promised(), now)));
            return Optional.empty();
        }
        Instant promised =
                later(known.promised(), known.free().minusNanos(interval)).plusNanos(interval);
        slots.put(subscription, new Slots(known.free(), promised));
        return Optional.of(Duration.between(now, promised));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}

package dev.millrace.monitoring;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One metric's slots of the last hours, the newest of which overwrite the oldest. Thread-safe.
final class Series {
    private final @Nullable StatisticSet[] slots;
    private long newest = Long.MIN_VALUE;

    /// @param kept how long before the newest slot is remembered
    Series(Duration kept) {
        this.slots = new StatisticSet[(int) (kept.toSeconds() / MetricSample.SLOT_SECONDS)];
    }

    /// Adds to what the slot holds; one that is too old is left out.
    synchronized void add(Instant at, StatisticSet values) {
        long slot = number(at);
        if (newest == Long.MIN_VALUE) {
            newest = slot;
        }
        for (long forgotten = Math.max(newest + 1, slot - slots.length + 1); forgotten <= slot; forgotten++) {
            slots[index(forgotten)] = null;
        }
        newest = Math.max(newest, slot);
        if (slot > newest - slots.length) {
            StatisticSet before = slots[index(slot)];
            slots[index(slot)] = before == null ? values : before.plus(values);
        }
    }

    /// Hands every slot of `[from, to)` that holds something over, oldest first.
    synchronized void read(Instant from, Instant to, BiConsumer<Instant, StatisticSet> reader) {
        long first = Math.max(number(from), newest - slots.length + 1);
        long last = Math.min(number(to.minusNanos(1)), newest);
        for (long slot = first; slot <= last; slot++) {
            StatisticSet values = slots[index(slot)];
            if (values != null) {
                reader.accept(Instant.ofEpochSecond(slot * MetricSample.SLOT_SECONDS), values);
            }
        }
    }

    /// The begin of the newest slot.
    synchronized Instant newest() {
        return Instant.ofEpochSecond(newest * MetricSample.SLOT_SECONDS);
    }

    private int index(long slot) {
        return (int) Math.floorMod(slot, (long) slots.length);
    }

    private static long number(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), (long) MetricSample.SLOT_SECONDS);
    }
}

package dev.millrace.monitoring;

import java.time.Instant;

/// What one process knows of one metric in one slot of ten seconds; others may know more.
///
/// @param at the slot's begin
public record MetricSample(MetricKey metric, Unit unit, Instant at, StatisticSet values) {
    /// How long a slot is: the finest that metrics are kept at.
    public static final int SLOT_SECONDS = 10;

    /// The begin of the slot that a time lies in.
    public static Instant slotOf(Instant time) {
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), SLOT_SECONDS) * SLOT_SECONDS);
    }
}

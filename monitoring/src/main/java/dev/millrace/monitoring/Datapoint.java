package dev.millrace.monitoring;

import java.time.Instant;

/// A metric in one period.
///
/// @param at the period's begin
public record Datapoint(Instant at, StatisticSet values) {}

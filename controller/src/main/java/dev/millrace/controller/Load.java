package dev.millrace.controller;

import java.time.Instant;

/// How much work the lanes of one generation hold at one moment.
///
/// @param at when the broker was asked
/// @param backlog records that wait or are being run
/// @param arrived records that were ever queued; only its growth means something
record Load(Instant at, long backlog, long arrived) {
    /// Records that are done; only its growth means something.
    long finished() {
        return arrived - backlog;
    }
}

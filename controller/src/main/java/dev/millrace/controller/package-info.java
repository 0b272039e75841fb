/// The step that drives every endpoint from what is to what should be: queues, desired workers, traffic,
/// draining, dead letters to failures, trimming and expiry.
///
/// Takes endpoint documents, host reports, wake signals, backlogs and dead letters; leaves placements, updated
/// documents and terminal events. Sees no library of the broker or the store, only their ports.
@NullMarked
package dev.millrace.controller;

import org.jspecify.annotations.NullMarked;

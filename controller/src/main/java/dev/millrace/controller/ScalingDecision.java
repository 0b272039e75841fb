package dev.millrace.controller;

/// How many workers a generation shall have, and why.
///
/// @param detail the numbers behind the reason, for people
record ScalingDecision(int desired, Reason reason, String detail) {
    /// What decided.
    enum Reason {
        /// A request came and there was no worker.
        WOKEN,
        /// More waits than the workers clear in time.
        BACKLOG,
        /// Fewer workers do.
        BACKLOG_FELL,
        /// Nothing came for the idle time.
        IDLE,
        /// Fewer than the bounds ask for.
        BELOW_MINIMUM,
        /// More than the bounds allow.
        ABOVE_MAXIMUM,
        /// The endpoint is being brought up, with one worker to see that the model loads.
        FIRST_WORKER,
        /// The generation is no longer wanted.
        REMOVED,
        /// As many as before.
        STEADY
    }
}

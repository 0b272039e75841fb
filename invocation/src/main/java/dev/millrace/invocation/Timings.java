package dev.millrace.invocation;

import java.time.Duration;

/// How long the steps of one completed invocation took.
///
/// @param inBacklog from acceptance until a worker began with it
/// @param download of a stored input; zero for an inline one
/// @param model the run itself, its wait for a batch included
/// @param upload of the output
public record Timings(Duration inBacklog, Duration download, Duration model, Duration upload) {}

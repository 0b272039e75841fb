package dev.millrace.invocation;

/// A request was queued for a generation that has no worker; saves the controller the wait for its next look at
/// backlogs.
public record WakeSignal(EndpointName endpoint, GenerationId generation) {}

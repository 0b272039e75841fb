package dev.millrace.runtime;

/// Answers whether operations of one dependency are likely to succeed: cheap, repeatable, with its own timeout.
///
/// @param name shown in the health answer
public record HealthCheck(String name, Probe probe) {
    /// Throws when the dependency is not usable; the message names the cause and is safe to show.
    @FunctionalInterface
    public interface Probe {
        void check();
    }
}

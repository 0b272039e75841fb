package dev.millrace.runtime;

/// A value that must not be shown: its text form is `[redacted]`.
public record Secret(String value) {
    @Override
    public String toString() {
        return "[redacted]";
    }
}

package dev.millrace.controlplane.topic;

/// A failure with a code that only SNS has; the message is safe to show to the caller.
public final class SnsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SnsError error;

    SnsException(SnsError error, String message) {
        super(message);
        this.error = error;
    }

    public SnsError error() {
        return error;
    }

    /// The message, which is never null.
    public String text() {
        return String.valueOf(getMessage());
    }
}

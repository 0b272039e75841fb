package dev.millrace.model.internal.tensor;

/// A request that this model cannot run: the fault is in the request, and the message says where.
///
/// Carries no stack trace: hostile input must not cost more than good input.
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int statusCode;

    /// @param statusCode as an HTTP server would answer, 4xx or 5xx
    /// @param message safe to show to the caller
    public RefusedException(int statusCode, String message) {
        super(message, null, false, false);
        this.statusCode = statusCode;
    }

    /// The input is malformed or does not fit the model.
    public static RefusedException badInput(String message) {
        return new RefusedException(400, message);
    }

    /// The input is larger than this process takes at once.
    public static RefusedException tooLarge(String message) {
        return new RefusedException(413, message);
    }

    public int statusCode() {
        return statusCode;
    }

    /// The message, which is never null.
    public String text() {
        return String.valueOf(getMessage());
    }
}

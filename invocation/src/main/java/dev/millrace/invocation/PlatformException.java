package dev.millrace.invocation;

import org.jspecify.annotations.Nullable;

/// A failure that a client or a loop will act on; the message is safe to show to the caller.
public final class PlatformException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public PlatformException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public PlatformException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /// The message, which is never null.
    public String text() {
        return String.valueOf(getMessage());
    }
}

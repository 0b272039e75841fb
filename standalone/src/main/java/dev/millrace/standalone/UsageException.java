package dev.millrace.standalone;

/// Something the user must change: shown as one line without a stack trace, and the process exits with 2.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}

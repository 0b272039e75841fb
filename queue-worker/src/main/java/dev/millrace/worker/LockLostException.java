package dev.millrace.worker;

/// The broker gave the record to someone else: whoever held it writes and publishes nothing more.
final class LockLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LockLostException() {
        super("the acquisition lock was lost", null, false, false);
    }
}

package dev.millrace.embedded.broker;

/// A start that cannot succeed until the user changes something; the message says what.
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Exit status: a bad command line.
    static final int USAGE = 2;
    /// Exit status: the port is taken.
    static final int PORT = 3;
    /// Exit status: the folder cannot be used.
    static final int FOLDER = 4;
    /// Exit status: the broker gave up, for the reason that it logged.
    static final int BROKER = 5;

    private final int status;

    StartFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}

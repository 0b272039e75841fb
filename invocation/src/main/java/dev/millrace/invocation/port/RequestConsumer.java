package dev.millrace.invocation.port;

/// Acquires the records of one lane and hands them to a listener.
///
/// One platform thread polls, renews and acknowledges. Records that cannot be read as requests are rejected
/// to the dead
/// letters without reaching the listener.
public interface RequestConsumer extends AutoCloseable {
    /// Called on the consumer's own thread; must hand on without blocking. The number of requests handed over
    /// and not
    /// yet
    /// acknowledged never exceeds the consumer's bound.
    interface Listener {
        void onAcquired(AcquiredRequest request);
    }

    /// Stops acquiring; what is held stays held and renewed until acknowledged.
    void stopAcquiring();

    /// Whether the loop runs; a loop that died names its cause.
    ///
    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` with the cause
    void check();

    /// Releases what is still held, so that another worker has it at once, and leaves the share group.
    @Override
    void close();
}

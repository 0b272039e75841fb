package dev.millrace.invocation.port;

/// What became of a conditional write.
public sealed interface WriteResult {
    /// @param etag of the object as it is now, without quotes
    record Written(String etag) implements WriteResult {}

    /// The condition did not hold; nothing was written.
    record Refused() implements WriteResult {}
}

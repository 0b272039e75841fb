package dev.millrace.invocation.port;

/// What must hold for a write to take place; checked by the store at the moment of the write.
public sealed interface WriteCondition {
    /// Writes whatever is there.
    record Always() implements WriteCondition {}

    /// First writer wins (`If-None-Match: *`).
    record IfAbsent() implements WriteCondition {}

    /// Compare and swap (`If-Match`).
    ///
    /// @param etag without quotes
    record IfMatch(String etag) implements WriteCondition {}

    WriteCondition ALWAYS = new Always();
    WriteCondition IF_ABSENT = new IfAbsent();
}

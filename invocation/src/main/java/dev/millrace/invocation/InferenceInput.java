package dev.millrace.invocation;

/// Where the bytes of a request are.
public sealed interface InferenceInput {
    /// They ride in the queue record.
    record Inline(Payload payload) implements InferenceInput {}

    /// They are an object, put there by the gateway or named by the client.
    ///
    /// @param isOurs whether the gateway stored it under the platform's bucket, so that the sweeper may
    ///     expire it
    record Stored(ObjectLocation location, boolean isOurs) implements InferenceInput {}
}

package dev.millrace.gateway.accept;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import java.util.concurrent.CompletionStage;

/// Where the input of a call is when the call arrives.
public sealed interface CallInput {
    /// In memory, within the inline limit.
    record Inline(Payload payload) implements CallInput {}

    /// In the caller's own object.
    record Located(ObjectLocation location) implements CallInput {}

    /// Still coming in: larger than the inline limit, stored while it arrives.
    record Arriving(Body body) implements CallInput {}

    /// A body that can be stored once.
    @FunctionalInterface
    interface Body {
        /// Stores it whole; when the stage fails, nothing is left there.
        ///
        /// @param isChecksumWanted whether the checksum will be looked at; it is 0 otherwise
        CompletionStage<StoredBody> storeAt(ObjectLocation at, ObjectAttributes attributes, boolean isChecksumWanted);
    }

    /// What was stored.
    ///
    /// @param checksum of the bytes, the same however they arrived
    record StoredBody(long bytes, long checksum) {}
}

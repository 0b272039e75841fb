package dev.millrace.gateway.accept;

import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an idempotency key stands for, as stored under `claims/`.
///
/// @param digest of the request that made the claim
/// @param inputLocation of the payload that was stored for it, or null
/// @param isEnqueued set once the record is on the queue: a repeat then only repeats the answer
record Claim(
        InvocationId invocationId,
        InferenceId inferenceId,
        String digest,
        Instant acceptedAt,
        ObjectLocation outputLocation,
        ObjectLocation failureLocation,
        @Nullable ObjectLocation inputLocation,
        boolean isEnqueued) {
    Claim enqueued() {
        return new Claim(
                invocationId, inferenceId, digest, acceptedAt, outputLocation, failureLocation, inputLocation, true);
    }
}

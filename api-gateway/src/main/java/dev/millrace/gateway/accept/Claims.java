package dev.millrace.gateway.accept;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;

/// Claim objects in the store: the first writer of a key wins, across gateways and restarts. Blocks.
final class Claims {
    private static final Codec<Claim> CODEC = Json.codec(Claim.class);
    private static final long MAX_BYTES = 64 << 10;

    private final ObjectStore store;

    Claims(ObjectStore store) {
        this.store = store;
    }

    /// Claims the key, or tells who has it.
    ///
    /// @return the claim that holds now: the given one when it was the first
    Claim claimOrGet(ObjectLocation at, Claim mine) {
        var body = Payload.of(CODEC.encode(mine));
        return switch (store.put(at, body, ObjectAttributes.JSON, WriteCondition.IF_ABSENT)) {
            case WriteResult.Written _ -> mine;
            case WriteResult.Refused _ ->
                store.get(at, MAX_BYTES)
                        .flatMap(stored -> CODEC.decode(stored.body().bytes()))
                        .orElseThrow(() -> new PlatformException(
                                ErrorCode.SERVICE_UNAVAILABLE, "the idempotency key is just expiring, try again"));
        };
    }

    /// Notes that the record of the claim is on the queue.
    void markEnqueued(ObjectLocation at, Claim claim) {
        store.put(at, Payload.of(CODEC.encode(claim.enqueued())), ObjectAttributes.JSON, WriteCondition.ALWAYS);
    }
}

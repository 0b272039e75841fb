package dev.millrace.controlplane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An access key. What it is worth is sealed: neither the store nor who reads it learns the secret.
///
/// @param name the key's id
/// @param role what its holder may do
/// @param sealedSecret under the master key of the gateways
/// @param previous the secret before the last rotation, or null when it was worth nothing from then on
/// @param description whose it is, in the words of who made it; may be empty
public record AccessKeyResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        String role,
        String sealedSecret,
        @Nullable PreviousSecret previous,
        String description)
        implements Resource {
    /// A secret that was rotated away and still works for a while.
    ///
    /// @param until when it ends
    public record PreviousSecret(String sealedSecret, Instant until) {}

    @Override
    public AccessKeyResource withRevision(long newRevision) {
        return new AccessKeyResource(name, arn, newRevision, createdAt, role, sealedSecret, previous, description);
    }

    public AccessKeyResource withSealedSecret(String newSealedSecret) {
        return new AccessKeyResource(name, arn, revision, createdAt, role, newSealedSecret, previous, description);
    }

    /// With another secret; the one before works until then, and none before that.
    ///
    /// @param previousUntil null: the one before ends at once
    public AccessKeyResource rotated(String newSealedSecret, @Nullable Instant previousUntil) {
        PreviousSecret left = previousUntil == null ? null : new PreviousSecret(sealedSecret, previousUntil);
        return new AccessKeyResource(name, arn, revision, createdAt, role, newSealedSecret, left, description);
    }
}

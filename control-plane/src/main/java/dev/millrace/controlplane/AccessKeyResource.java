package dev.millrace.controlplane;

import java.time.Instant;

/// An access key. What it is worth is sealed: neither the store nor who reads it learns the secret.
///
/// @param name the key's id
/// @param role what its holder may do
/// @param sealedSecret under the master key of the gateways
/// @param description whose it is, in the words of who made it; may be empty
public record AccessKeyResource(
        String name, String arn, long revision, Instant createdAt, String role, String sealedSecret, String description)
        implements Resource {
    @Override
    public AccessKeyResource withRevision(long newRevision) {
        return new AccessKeyResource(name, arn, newRevision, createdAt, role, sealedSecret, description);
    }

    public AccessKeyResource withSealedSecret(String newSealedSecret) {
        return new AccessKeyResource(name, arn, revision, createdAt, role, newSealedSecret, description);
    }
}

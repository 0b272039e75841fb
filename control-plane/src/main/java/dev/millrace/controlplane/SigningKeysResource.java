package dev.millrace.controlplane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The key that messages to topics' subscribers are signed with, and the certificates of the keys before it,
/// with which messages that were sent then are still verified.
///
/// @param name always [#NAME]: there is one such document
/// @param sealedPrivateKey PKCS #8 in base64, sealed under the notifiers' master key
/// @param certificates the current key's first
public record SigningKeysResource(
        String name,
        String arn,
        long revision,
        Instant createdAt,
        String sealedPrivateKey,
        List<Certificate> certificates)
        implements Resource {
    public static final String NAME = "sns";

    private static final int MAX_CERTIFICATES = 50;

    /// @param fingerprint names it in its address: the first 32 hexadecimal digits of its SHA-256
    /// @param pem public
    public record Certificate(String fingerprint, String pem, Instant createdAt, Instant expiresAt) {}

    public SigningKeysResource {
        certificates = List.copyOf(certificates);
    }

    public Certificate current() {
        return certificates.getFirst();
    }

    public Optional<Certificate> certificate(String fingerprint) {
        return certificates.stream()
                .filter(each -> each.fingerprint().equals(fingerprint))
                .findFirst();
    }

    /// With another key in place of the current one, whose certificate stays until it expires.
    public SigningKeysResource rotated(String newSealedPrivateKey, Certificate newCertificate) {
        List<Certificate> all = new ArrayList<>();
        all.add(newCertificate);
        certificates.stream()
                .filter(each -> each.expiresAt().isAfter(newCertificate.createdAt()))
                .limit(MAX_CERTIFICATES - 1L)
                .forEach(all::add);
        return new SigningKeysResource(name, arn, revision, createdAt, newSealedPrivateKey, all);
    }

    @Override
    public SigningKeysResource withRevision(long newRevision) {
        return new SigningKeysResource(name, arn, newRevision, createdAt, sealedPrivateKey, certificates);
    }
}

package dev.millrace.identity;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Tokens for `Authorization: Bearer`, for callers that do not sign. A token follows from its access key
/// and ends with it; the secret does not follow from the token. Thread-safe.
public final class BearerTokens {
    private static final String PREFIX = "mlr_";
    private static final char SEPARATOR = '_';
    private static final int MAX_LENGTH = 256;
    /// Of a proof of 32 bytes in Base64.
    private static final int PROOF_LENGTH = 43;
    /// Compared with where there is no such key, so that the answer takes as long.
    private static final Secret NOBODY = new Secret("nobody has this secret and nobody can sign with it");

    private final AccessKeys keys;

    public BearerTokens(AccessKeys keys) {
        this.keys = keys;
    }

    /// The token of an access key.
    public static String of(String accessKeyId, Secret secret) {
        byte[] proof = Digests.hmac(
                secret.value().getBytes(StandardCharsets.UTF_8), "millrace bearer token of " + accessKeyId);
        return PREFIX
                + accessKeyId
                + SEPARATOR
                + Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
    }

    /// @throws PlatformException `UNAUTHENTICATED` when it is no token of a key that there is
    public Principal verify(String token) {
        int end = token.length() - PROOF_LENGTH - 1;
        if (token.length() > MAX_LENGTH
                || !token.startsWith(PREFIX)
                || end <= PREFIX.length()
                || token.charAt(end) != SEPARATOR) {
            throw refused();
        }
        String id = token.substring(PREFIX.length(), end);
        Optional<AccessKey> key = keys.find(id);
        boolean isRight = key.map(AccessKey::accepted).orElse(List.of(NOBODY)).stream()
                .anyMatch(secret -> Digests.areEqual(of(id, secret), token));
        if (key.isEmpty() || !isRight) {
            throw refused();
        }
        return new Principal(id, key.get().role());
    }

    private static PlatformException refused() {
        return new PlatformException(ErrorCode.UNAUTHENTICATED, "The bearer token is not valid.");
    }
}

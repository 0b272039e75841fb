package dev.millrace.identity;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks AWS Signature Version 4, of requests and of presigned addresses. Thread-safe, never blocks;
/// takes some tens of microseconds and no body.
public final class SignatureVerifier {
    /// How far a signer's clock may be off, as AWS allows for every service but S3.
    static final Duration SKEW = Duration.ofMinutes(5);

    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    /// Headers that change what a call means, and so must be signed where they are sent.
    private static final Set<String> ALWAYS_SIGNED = Set.of("x-amz-", "x-amzn-sagemaker-");
    /// Signed with where there is no such key, so that the answer takes as long.
    private static final Secret NOBODY = new Secret("nobody has this secret and nobody can sign with it");

    /// AWS's services that have no regions, and the region that their callers sign for wherever they are.
    private static final Set<String> GLOBAL = Set.of("iam", "sts");

    private static final String GLOBAL_REGION = "us-east-1";

    private final AccessKeys keys;
    private final SessionTokens sessions;
    private final String region;
    private final Set<String> services;
    private final InstantSource clock;

    /// @param region that callers must have signed for
    /// @param services that callers may have signed for, such as `sagemaker` and `sns`
    public SignatureVerifier(
            AccessKeys keys, SessionTokens sessions, String region, Set<String> services, InstantSource clock) {
        this.keys = keys;
        this.sessions = sessions;
        this.region = region;
        this.services = Set.copyOf(services);
        this.clock = clock;
    }

    /// Whether a request brings a signature, right or wrong.
    ///
    /// @param authorization the header's first value, or null
    /// @param query as in the request line, or null
    public static boolean isSigned(@Nullable String authorization, @Nullable String query) {
        return (authorization != null && authorization.startsWith(Signature.ALGORITHM))
                || (query != null && query.contains(Signature.IN_QUERY + "="));
    }

    /// Checks everything that does not need the body.
    ///
    /// @return what is left to check once the body is known
    /// @throws PlatformException with the reason why not
    public SignedCall begin(SignedRequest request) {
        String authorization = request.only("authorization");
        boolean isInHeader = request.headers().containsKey("authorization");
        if (isInHeader && (authorization == null || !authorization.startsWith(Signature.ALGORITHM))) {
            throw new PlatformException(
                    ErrorCode.INCOMPLETE_SIGNATURE,
                    "Authorization header: one of " + Signature.ALGORITHM + " expected.");
        }
        Signature signature =
                authorization == null ? Signature.ofQuery(request) : Signature.ofHeader(request, authorization);
        requireAllSigned(request, signature);
        requireInTime(signature);
        Signer signer = signer(signature);
        String payload = request.only("x-amz-content-sha256");
        @Nullable String leftOut = authorization == null ? Signature.IN_QUERY : null;
        if (payload == null) {
            return new SignedCall(null, hash -> principal(signer, signature, request, leftOut, hash));
        }
        boolean isHash = SHA256.matcher(payload).matches();
        if (!isHash && !payload.equals(UNSIGNED)) {
            throw new PlatformException(
                    ErrorCode.SIGNATURE_MISMATCH,
                    "x-amz-content-sha256: " + UNSIGNED + " or 64 hexadecimal digits expected.");
        }
        Principal principal = principal(signer, signature, request, leftOut, payload);
        return new SignedCall(isHash ? payload : UNSIGNED, _ -> principal);
    }

    /// Who may have signed.
    ///
    /// @param principal null when there is nobody of that id
    private record Signer(List<Secret> secrets, @Nullable Principal principal) {}

    /// A key of its own has no token, and temporary credentials are nothing without theirs.
    private Signer signer(Signature signature) {
        String id = signature.accessKeyId();
        String token = signature.securityToken();
        if (token != null) {
            SessionTokens.Opened session = sessions.open(id, token);
            return new Signer(List.of(session.secret()), session.principal());
        }
        Optional<AccessKey> key = keys.find(id);
        return new Signer(
                key.map(AccessKey::accepted).orElse(List.of(NOBODY)),
                key.map(each -> new Principal(id, each.role())).orElse(null));
    }

    private Principal principal(
            Signer signer, Signature signature, SignedRequest request, @Nullable String leftOut, String payloadHash) {
        String canonical = CanonicalRequest.of(request, signature.signedHeaders(), leftOut, payloadHash);
        boolean isRight = signer.secrets().stream()
                .anyMatch(secret -> Digests.areEqual(value(secret, signature, canonical), signature.value()));
        Principal principal = signer.principal();
        if (principal == null) {
            throw new PlatformException(
                    ErrorCode.UNKNOWN_ACCESS_KEY, "The security token included in the request is invalid.");
        }
        boolean isScopeRight = isRegionRight(signature)
                && services.contains(signature.service())
                && signature.at().startsWith(signature.date() + "T");
        if (!isRight) {
            throw mismatch("The request signature we calculated does not match the signature you provided. Check your"
                    + " AWS Secret Access Key and signing method.");
        }
        if (!isScopeRight) {
            throw mismatch("Credential should be scoped to region '" + region + "', a service of " + services
                    + " and the date of the request.");
        }
        return principal;
    }

    private boolean isRegionRight(Signature signature) {
        return signature.region().equals(region)
                || (GLOBAL.contains(signature.service()) && signature.region().equals(GLOBAL_REGION));
    }

    /// Steps 2 to 4 of AWS's "Create a signed AWS API request".
    private static String value(Secret secret, Signature signature, String canonical) {
        String toSign = Signature.ALGORITHM + "\n" + signature.at() + "\n" + signature.scope() + "\n"
                + Digests.hex(Digests.sha256(canonical.getBytes(StandardCharsets.ISO_8859_1)));
        byte[] key = ("AWS4" + secret.value()).getBytes(StandardCharsets.UTF_8);
        for (String part : signature.scope().split("/")) {
            key = Digests.hmac(key, part);
        }
        return Digests.hex(Digests.hmac(key, toSign));
    }

    private void requireInTime(Signature signature) {
        Instant signed = signature.time();
        Instant now = clock.instant();
        Instant last = signed.plus(signature.lifetime() == null ? SKEW : signature.lifetime());
        if (now.isAfter(last)) {
            throw new PlatformException(
                    ErrorCode.SIGNATURE_EXPIRED, "Signature expired: " + last + " is now earlier than " + now + ".");
        }
        if (signed.isAfter(now.plus(SKEW))) {
            throw new PlatformException(
                    ErrorCode.SIGNATURE_EXPIRED,
                    "Signature not yet current: " + signed + " is still later than " + now.plus(SKEW) + ".");
        }
    }

    private static void requireAllSigned(SignedRequest request, Signature signature) {
        for (Map.Entry<String, ?> header : request.headers().entrySet()) {
            String name = header.getKey();
            if (ALWAYS_SIGNED.stream().anyMatch(name::startsWith)
                    && !signature.signedHeaders().contains(name)) {
                throw mismatch("There were headers present in the request which were not signed: " + name + ".");
            }
        }
    }

    private static PlatformException mismatch(String message) {
        return new PlatformException(ErrorCode.SIGNATURE_MISMATCH, message);
    }
}

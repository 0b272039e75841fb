package dev.millrace.identity;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Temporary credentials that nobody keeps: the token holds the secret and what they are worth, sealed for
/// the installation and bound to its access key id. Thread-safe, never blocks.
///
/// They end with their time, with the access key that they were made with, and with that key's secret; their
/// holder has the role that the key has.
public final class SessionTokens {
    private static final String SEPARATOR = "\n";
    private static final int PARTS = 5;
    /// A token has some 400 characters.
    private static final int MAX_LENGTH = 2_048;

    private final AccessKeys keys;
    private final SecretSeal seal;
    private final NewAccessKey maker;
    private final InstantSource clock;

    /// An open token.
    ///
    /// @param secret that the call must be signed with
    record Opened(Secret secret, Principal principal) {}

    public SessionTokens(AccessKeys keys, SecretSeal seal, NewAccessKey maker, InstantSource clock) {
        this.keys = keys;
        this.seal = seal;
        this.maker = maker;
        this.clock = clock;
    }

    /// Makes credentials for the holder of an access key.
    ///
    /// @param assumedRole `<role name>/<session name>`, without line breaks, or null
    /// @throws PlatformException `ACCESS_DENIED` when the caller's own credentials are temporary
    public SessionCredentials issue(Principal caller, @Nullable String assumedRole, Duration lifetime) {
        if (caller.session() != null) {
            throw new PlatformException(
                    ErrorCode.ACCESS_DENIED, "Temporary credentials may not make other temporary credentials.");
        }
        AccessKey parent = keys.find(caller.accessKeyId()).orElseThrow(SessionTokens::invalid);
        String id = maker.temporaryId();
        Secret secret = maker.secret();
        Instant expiresAt = Instant.ofEpochSecond(clock.instant().plus(lifetime).getEpochSecond());
        var content = new Secret(String.join(
                SEPARATOR,
                parent.id(),
                Long.toString(expiresAt.getEpochSecond()),
                proof(id, parent.secret()),
                secret.value(),
                assumedRole == null ? "" : assumedRole));
        return new SessionCredentials(id, secret, new Secret(seal.seal(owner(id), content)), expiresAt);
    }

    /// @param accessKeyId that the call is signed with
    /// @throws PlatformException `UNKNOWN_ACCESS_KEY` when the token is not ours, not of this id or altered,
    ///     or its access key is no more; `SESSION_EXPIRED` when its time is over
    Opened open(String accessKeyId, String token) {
        String[] parts = content(accessKeyId, token).value().split(SEPARATOR, -1);
        if (parts.length != PARTS) {
            throw invalid();
        }
        if (!clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(parts[1])))) {
            throw new PlatformException(
                    ErrorCode.SESSION_EXPIRED, "The security token included in the request is expired");
        }
        Optional<AccessKey> parent = keys.find(parts[0]);
        List<Secret> secrets = parent.map(AccessKey::accepted).orElse(List.of());
        if (parent.isEmpty()
                || secrets.stream().noneMatch(each -> Digests.areEqual(proof(accessKeyId, each), parts[2]))) {
            throw invalid();
        }
        var session = new Principal.Session(parts[0], parts[4].isEmpty() ? null : parts[4]);
        return new Opened(
                new Secret(parts[3]), new Principal(accessKeyId, parent.get().role(), session));
    }

    private Secret content(String accessKeyId, String token) {
        if (token.length() > MAX_LENGTH) {
            throw invalid();
        }
        try {
            return seal.open(owner(accessKeyId), token);
        } catch (IllegalStateException _) {
            throw invalid();
        }
    }

    /// Not the id alone: what is sealed for a session never opens as the secret of a key, nor the other way.
    private static String owner(String accessKeyId) {
        return "session " + accessKeyId;
    }

    private static String proof(String accessKeyId, Secret parentSecret) {
        return Digests.hex(Digests.hmac(
                parentSecret.value().getBytes(StandardCharsets.UTF_8), "millrace session of " + accessKeyId));
    }

    private static PlatformException invalid() {
        return new PlatformException(
                ErrorCode.UNKNOWN_ACCESS_KEY, "The security token included in the request is invalid.");
    }
}

package dev.millrace.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.AwsSigner;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Temporary credentials, used as AWS's own signer uses them.
class SessionTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Payload BODY = Payload.ofUtf8("{\"a\":1}");
    private static final AccessKey KEY = new AccessKey("AKIAPARENT", new Secret("the parent's secret"), Role.OPERATOR);
    private static final Principal HOLDER = new Principal(KEY.id(), KEY.role());

    private final AtomicReference<@Nullable AccessKey> key = new AtomicReference<>(KEY);
    private final AccessKeys keys =
            id -> Optional.ofNullable(key.get()).filter(each -> each.id().equals(id));
    private final SessionCredentials session = Sessions.at(keys, NOW).issue(HOLDER, "deployer/monday", HOUR);

    @Test
    void giveTheRoleOfTheKeyAndNoKeysOfTheirOwn() {
        Principal caller = call(session, NOW);

        assertThat(session.accessKeyId()).matches("ASIA[A-Z2-7]{16}");
        assertThat(session.expiresAt()).isEqualTo(NOW.plus(HOUR));
        assertThat(caller.role()).isEqualTo(Role.OPERATOR);
        assertThat(caller.session()).isEqualTo(new Principal.Session(KEY.id(), "deployer/monday"));
        key.set(new AccessKey(KEY.id(), KEY.secret(), Role.ADMIN));
        assertThat(call(session, NOW).may(Permission.OPERATE)).isTrue();
        assertThat(call(session, NOW).may(Permission.ADMINISTER)).isFalse();
        assertThatThrownBy(() -> Sessions.at(keys, NOW).issue(caller, null, HOUR))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED));
    }

    @Test
    void endWithTheirTime() {
        assertThat(verifier(NOW.plus(HOUR).minusSeconds(1))
                        .begin(signed(session, NOW.plus(HOUR).minusSeconds(1), null))
                        .caller(hash()))
                .isNotNull();
        assertRefused(ErrorCode.SESSION_EXPIRED, () -> call(session, NOW.plus(HOUR)));
    }

    @Test
    void endWithTheKeyAndWithItsSecret() {
        key.set(new AccessKey(KEY.id(), new Secret("the new secret"), KEY.secret(), KEY.role()));
        assertThat(call(session, NOW)).isNotNull();

        key.set(new AccessKey(KEY.id(), new Secret("the new secret"), KEY.role()));
        assertRefused(ErrorCode.UNKNOWN_ACCESS_KEY, () -> call(session, NOW));

        key.set(null);
        assertRefused(ErrorCode.UNKNOWN_ACCESS_KEY, () -> call(session, NOW));
    }

    @Test
    void areNothingWithoutTheirTokenOrWithAnother() {
        SessionCredentials other = Sessions.at(keys, NOW).issue(HOLDER, null, HOUR);
        SessionCredentials foreign = Sessions.foreign(keys, NOW).issue(HOLDER, null, HOUR);
        String token = session.token().value();
        char last = token.charAt(20);

        for (String wrong : List.of(
                other.token().value(),
                token.substring(0, 20) + (last == 'A' ? 'B' : 'A') + token.substring(21),
                token + "AAAA",
                "x",
                "not Base64!",
                "A".repeat(5_000))) {
            var mixed = new SessionCredentials(session.accessKeyId(), session.secret(), new Secret(wrong), NOW);
            assertRefused(ErrorCode.UNKNOWN_ACCESS_KEY, () -> call(mixed, NOW));
        }
        assertRefused(ErrorCode.UNKNOWN_ACCESS_KEY, () -> call(foreign, NOW));
        SignedRequest bare = Wire.of(new AwsSigner(session.accessKeyId(), session.secret(), NOW)
                .sign(plain(null), "sagemaker", AwsSigner.REGION));
        assertRefused(
                ErrorCode.UNKNOWN_ACCESS_KEY, () -> verifier(NOW).begin(bare).caller(hash()));
        var guessed = new SessionCredentials(session.accessKeyId(), new Secret("guessed"), session.token(), NOW);
        assertRefused(ErrorCode.SIGNATURE_MISMATCH, () -> call(guessed, NOW));
    }

    @Test
    void areRefusedWithAKeyOfItsOwn() {
        SignedRequest request = Wire.of(new AwsSigner(KEY.id(), KEY.secret(), session.token(), NOW)
                .sign(plain(null), "sagemaker", AwsSigner.REGION));

        assertRefused(
                ErrorCode.UNKNOWN_ACCESS_KEY, () -> verifier(NOW).begin(request).caller(hash()));
    }

    @Test
    void mustBeSignedAndGivenOnce() {
        SignedRequest request = signed(session, NOW, null);
        var unsigned = new HashMap<>(request.headers());
        unsigned.computeIfPresent(
                "authorization", (_, values) -> List.of(values.getFirst().replace(";x-amz-security-token", "")));
        var twice = new HashMap<>(request.headers());
        String token = session.token().value();
        twice.put("x-amz-security-token", List.of(token, token));

        assertRefused(ErrorCode.SIGNATURE_MISMATCH, () -> verifier(NOW).begin(with(request, unsigned)));
        assertRefused(ErrorCode.INCOMPLETE_SIGNATURE, () -> verifier(NOW).begin(with(request, twice)));
    }

    @Test
    void workInPresignedAddresses() {
        SignedRequest presigned = signed(session, NOW, Duration.ofMinutes(5));

        assertThat(presigned.query()).contains("X-Amz-Security-Token=");
        assertThat(verifier(NOW).begin(presigned).caller(hash()).role()).isEqualTo(Role.OPERATOR);
    }

    @Test
    void mayBeSignedForWhereIamAndStsAre() {
        var other = new SignatureVerifier(
                keys, Sessions.at(keys, NOW), "eu-west-1", Set.of("sts", "sns"), InstantSource.fixed(NOW));
        var signer = new AwsSigner(KEY.id(), KEY.secret(), NOW);

        assertThat(other.begin(Wire.of(signer.sign(plain(null), "sts", "us-east-1")))
                        .caller(hash()))
                .isEqualTo(HOLDER);
        assertRefused(
                ErrorCode.SIGNATURE_MISMATCH,
                () -> other.begin(Wire.of(signer.sign(plain(null), "sns", "us-east-1")))
                        .caller(hash()));
    }

    private Principal call(SessionCredentials credentials, Instant at) {
        return verifier(at).begin(signed(credentials, at, null)).caller(hash());
    }

    private SignatureVerifier verifier(Instant at) {
        return new SignatureVerifier(
                keys, Sessions.at(keys, at), AwsSigner.REGION, Set.of("sagemaker"), InstantSource.fixed(at));
    }

    private static SignedRequest signed(SessionCredentials credentials, Instant at, @Nullable Duration lifetime) {
        return Wire.of(new AwsSigner(credentials.accessKeyId(), credentials.secret(), credentials.token(), at)
                .sign(plain(lifetime), "sagemaker", AwsSigner.REGION));
    }

    private static AwsSigner.Plain plain(@Nullable Duration lifetime) {
        return new AwsSigner.Plain(
                "POST", "127.0.0.1:8080", "/endpoints/digits/invocations", Map.of(), Map.of(), BODY, true, lifetime);
    }

    private static SignedRequest with(SignedRequest request, Map<String, List<String>> headers) {
        return new SignedRequest(request.method(), request.path(), request.query(), headers);
    }

    private static byte[] hash() {
        return Digests.sha256(BODY.bytes());
    }

    private static void assertRefused(ErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

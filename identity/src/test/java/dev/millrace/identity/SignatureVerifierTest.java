package dev.millrace.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.AwsSigner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SignatureVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
    private static final AccessKey KEY =
            new AccessKey("AKIAIOSFODNN7EXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), Role.INVOKER);
    private static final Payload BODY = Payload.ofUtf8("{\"a\":1}");

    @Test
    void takesASignerWhoseClockIsFiveMinutesOff() {
        assertThat(callAt(NOW.plus(Duration.ofMinutes(5)))).isEqualTo(new Principal(KEY.id(), Role.INVOKER));
        assertThat(callAt(NOW.minus(Duration.ofMinutes(5)))).isEqualTo(new Principal(KEY.id(), Role.INVOKER));
    }

    @Test
    void refusesASignerWhoseClockIsFurtherOff() {
        assertRefused(ErrorCode.SIGNATURE_EXPIRED, () -> callAt(NOW.plus(Duration.ofSeconds(301))));
        assertRefused(ErrorCode.SIGNATURE_EXPIRED, () -> callAt(NOW.minus(Duration.ofSeconds(301))));
    }

    @Test
    void takesAPresignedAddressUntilItEnds() {
        SignedRequest presigned = signed("sagemaker", AwsSigner.REGION, true, Duration.ofSeconds(60));

        assertThat(verifier(NOW.plusSeconds(60)).begin(presigned).caller(hash()))
                .isNotNull();
        assertRefused(
                ErrorCode.SIGNATURE_EXPIRED, () -> verifier(NOW.plusSeconds(61)).begin(presigned));
    }

    @Test
    void knowsTheCallerBeforeTheBodyWhenTheHeaderTellsItsHash() {
        SignedCall call = verifier(NOW).begin(signed("sagemaker", AwsSigner.REGION, true, null));

        assertThat(call.isCallerKnown()).isTrue();
        assertThat(call.caller().role()).isEqualTo(Role.INVOKER);
        assertRefused(
                ErrorCode.SIGNATURE_MISMATCH,
                () -> call.caller(Digests.sha256("another".getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void asksForNoBodyThatIsNotSigned() {
        SignedRequest request = signed("sagemaker", AwsSigner.REGION, false, null);

        SignedCall call = verifier(NOW).begin(request);

        assertThat(call.isBodySigned()).isFalse();
        assertThat(call.caller()).isEqualTo(new Principal(KEY.id(), Role.INVOKER));
    }

    @Test
    void refusesAnotherServiceRegionOrKey() {
        assertRefused(ErrorCode.SIGNATURE_MISMATCH, () -> call(signed("s3", AwsSigner.REGION, true, null)));
        assertRefused(ErrorCode.SIGNATURE_MISMATCH, () -> call(signed("sagemaker", "eu-west-1", true, null)));
        SignedRequest stranger = Wire.of(new AwsSigner("AKIASTRANGER", KEY.secret(), NOW)
                .sign(plain(true, null), "sagemaker", AwsSigner.REGION));
        assertRefused(ErrorCode.UNKNOWN_ACCESS_KEY, () -> call(stranger));
    }

    @Test
    void refusesASecretThatIsNotTheKeys() {
        SignedRequest guessed = Wire.of(new AwsSigner(KEY.id(), new Secret("another secret altogether"), NOW)
                .sign(plain(true, null), "sagemaker", AwsSigner.REGION));

        assertRefused(ErrorCode.SIGNATURE_MISMATCH, () -> call(guessed));
    }

    @Test
    void refusesAnUpperCaseSignature() {
        SignedRequest signed = signed("sagemaker", AwsSigner.REGION, true, null);
        String authorization = authorization(signed);
        int at = authorization.indexOf("Signature=") + 10;
        String upper =
                authorization.substring(0, at) + authorization.substring(at).toUpperCase(Locale.ROOT);

        assertRefused(ErrorCode.SIGNATURE_MISMATCH, () -> call(with(signed, "authorization", upper)));
    }

    @Test
    void refusesWhatCannotBeRead() {
        SignedRequest signed = signed("sagemaker", AwsSigner.REGION, true, null);
        String authorization = authorization(signed);
        List<SignedRequest> unreadable = List.of(
                with(signed, "authorization", "AWS4-HMAC-SHA256"),
                with(signed, "authorization", "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y"),
                with(signed, "authorization", authorization.replace("host;", "")),
                with(signed, "authorization", authorization.replace("SignedHeaders=", "SignedHeaders=zzz;")),
                with(signed, "x-amz-date", null),
                with(signed, "x-amz-date", "yesterday"));

        unreadable.forEach(request -> assertRefused(ErrorCode.INCOMPLETE_SIGNATURE, () -> call(request)));
    }

    @Test
    void refusesTwoAuthorizations() {
        SignedRequest signed = signed("sagemaker", AwsSigner.REGION, true, null);
        var headers = new HashMap<>(signed.headers());
        String one = authorization(signed);
        headers.put("authorization", List.of(one, one));

        assertRefused(
                ErrorCode.INCOMPLETE_SIGNATURE,
                () -> call(new SignedRequest(signed.method(), signed.path(), signed.query(), headers)));
    }

    @Test
    void refusesABodyInSignedChunks() {
        SignedRequest signed = with(
                signed("sagemaker", AwsSigner.REGION, true, null),
                "x-amz-content-sha256",
                "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");

        assertRefused(ErrorCode.SIGNATURE_MISMATCH, () -> call(signed));
    }

    private static Principal callAt(Instant now) {
        return verifier(now)
                .begin(signed("sagemaker", AwsSigner.REGION, true, null))
                .caller(hash());
    }

    private static Principal call(SignedRequest request) {
        return verifier(NOW).begin(request).caller(hash());
    }

    private static SignatureVerifier verifier(Instant now) {
        AccessKeys keys = id -> Optional.of(KEY).filter(key -> key.id().equals(id));
        return new SignatureVerifier(
                keys, Sessions.at(keys, now), AwsSigner.REGION, Set.of("sagemaker", "sns"), InstantSource.fixed(now));
    }

    private static SignedRequest signed(
            String service, String region, boolean isBodySigned, @Nullable Duration lifetime) {
        return Wire.of(new AwsSigner(KEY.id(), KEY.secret(), NOW).sign(plain(isBodySigned, lifetime), service, region));
    }

    private static AwsSigner.Plain plain(boolean isBodySigned, @Nullable Duration lifetime) {
        return new AwsSigner.Plain(
                "POST",
                "127.0.0.1:8080",
                "/endpoints/digits/invocations",
                Map.of(),
                Map.of(),
                BODY,
                isBodySigned,
                lifetime);
    }

    private static String authorization(SignedRequest request) {
        return request.headers().getOrDefault("authorization", List.of()).getFirst();
    }

    private static byte[] hash() {
        return Digests.sha256(BODY.bytes());
    }

    private static SignedRequest with(SignedRequest request, String header, @Nullable String value) {
        var headers = new HashMap<>(request.headers());
        if (value == null) {
            headers.remove(header);
        } else {
            headers.put(header, new ArrayList<>(List.of(value)));
        }
        return new SignedRequest(request.method(), request.path(), request.query(), headers);
    }

    private static void assertRefused(ErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}

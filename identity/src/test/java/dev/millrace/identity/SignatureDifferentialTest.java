package dev.millrace.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.AwsSigner;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Ten thousand requests as AWS's own signer signs them, and ten thousand of them with one thing changed.
class SignatureDifferentialTest {
    private static final int REQUESTS = 10_000;
    private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");
    private static final AccessKey KEY =
            new AccessKey("AKIAIOSFODNN7EXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), Role.ADMIN);
    private static final String LETTERS = "abcXYZ019 -._~!*'()/:;@&=+$,?#[]%äß€\"<>";

    private final Random random = new Random(20_261_121);
    private final AwsSigner signer = new AwsSigner(KEY.id(), KEY.secret(), NOW);
    private final AccessKeys keys =
            id -> Optional.of(KEY).filter(key -> key.id().equals(id));
    private final SignatureVerifier verifier = new SignatureVerifier(
            keys, Sessions.at(keys, NOW), AwsSigner.REGION, Set.of("sagemaker", "sns"), InstantSource.fixed(NOW));

    private record Signed(SignedRequest request, Payload body) {}

    @Test
    void acceptsWhatAwsSigns() {
        for (int n = 0; n < REQUESTS; n++) {
            Signed signed = signed();

            assertThat(caller(signed)).as("%s", signed.request()).isEqualTo(new Principal(KEY.id(), Role.ADMIN));
        }
    }

    @Test
    void refusesWhateverWasChanged() {
        for (int n = 0; n < REQUESTS; n++) {
            Signed signed = signed();
            int kind = n % 11;
            Signed changed = changed(signed, kind);

            assertThat(isRefused(changed))
                    .as("change %d of %s to %s", kind, signed.request(), changed.request())
                    .isTrue();
        }
    }

    private Principal caller(Signed signed) {
        SignedCall call = verifier.begin(signed.request());
        return call.caller(Digests.sha256(signed.body().bytes()));
    }

    private boolean isRefused(Signed signed) {
        try {
            caller(signed);
            return false;
        } catch (PlatformException e) {
            return e.code().status() / 100 == 4;
        }
    }

    private Signed signed() {
        byte[] body = new byte[random.nextInt(40)];
        random.nextBytes(body);
        var path = new StringBuilder();
        for (int n = random.nextInt(4); n >= 0; n--) {
            path.append('/')
                    .append(URLEncoder.encode(text(1), StandardCharsets.UTF_8).replace("+", "%20"));
        }
        Map<String, List<String>> query = new HashMap<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            query.put("p" + text(0), List.of(text(0)));
        }
        Map<String, List<String>> headers = new HashMap<>();
        headers.put("Content-Type", List.of("application/json"));
        for (int n = random.nextInt(3); n > 0; n--) {
            headers.put("X-Amzn-SageMaker-H" + n, List.of("  a   value " + random.nextInt(100) + "  "));
        }
        boolean isPresigned = random.nextInt(4) == 0;
        var plain = new AwsSigner.Plain(
                random.nextBoolean() ? "POST" : "GET",
                "127.0.0.1:8080",
                path.toString(),
                query,
                headers,
                Payload.of(body),
                true,
                isPresigned ? Duration.ofMinutes(10) : null);
        return new Signed(
                Wire.of(signer.sign(plain, random.nextBoolean() ? "sagemaker" : "sns", AwsSigner.REGION)),
                plain.body());
    }

    private String text(int least) {
        var text = new StringBuilder();
        for (int n = least + random.nextInt(8); n > 0; n--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString().equals(".") || text.toString().equals("..") ? "dots" : text.toString();
    }

    private Signed changed(Signed signed, int kind) {
        SignedRequest request = signed.request();
        Map<String, List<String>> headers = new HashMap<>();
        request.headers().forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
        String method = request.method();
        String path = request.path();
        String query = request.query();
        Payload body = signed.body();
        boolean isPresigned = !headers.containsKey("authorization");
        switch (kind) {
            case 0 -> method = method.equals("POST") ? "PUT" : "POST";
            case 1 -> path += "/x";
            case 2 -> query = query.isEmpty() ? "added=1" : query + "&added=1";
            case 3 -> headers.put("content-type", List.of("text/csv"));
            case 4 -> headers.put("x-amz-added", List.of("unsigned"));
            case 5 -> headers.put("host", List.of("elsewhere:8080"));
            case 6 ->
                body = Payload.of((new String(body.bytes(), StandardCharsets.ISO_8859_1) + "!")
                        .getBytes(StandardCharsets.ISO_8859_1));
            case 7 -> headers.put("x-amzn-sagemaker-added", List.of("unsigned"));
            case 8 -> {
                if (isPresigned) {
                    query = query.replace("X-Amz-Expires=600", "X-Amz-Expires=601");
                } else {
                    headers.put("x-amz-date", List.of("20261121T093001Z"));
                }
            }
            case 9 -> {
                if (isPresigned) {
                    query = query.replace("%2Fus-east-1%2F", "%2Feu-west-1%2F");
                } else {
                    headers.computeIfPresent(
                            "authorization",
                            (_, value) -> List.of(value.getFirst().replace("us-east-1", "eu-west-1")));
                }
            }
            default -> {
                int at = isPresigned ? query.indexOf("X-Amz-Signature=") + 16 + random.nextInt(64) : 0;
                if (isPresigned) {
                    query = query.substring(0, at) + flipped(query.charAt(at)) + query.substring(at + 1);
                } else {
                    headers.computeIfPresent("authorization", (_, value) -> {
                        String text = value.getFirst();
                        int digit = text.length() - 1 - random.nextInt(64);
                        return List.of(
                                text.substring(0, digit) + flipped(text.charAt(digit)) + text.substring(digit + 1));
                    });
                }
            }
        }
        return new Signed(new SignedRequest(method, path, query, headers), body);
    }

    private static char flipped(char digit) {
        return digit == '0' ? '1' : '0';
    }
}

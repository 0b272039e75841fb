package dev.millrace.notifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.millrace.runtime.Secret;
import java.net.http.HttpHeaders;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Signatures are those of Standard Webhooks: its published example, the formula and its own library agree.
class WebhookSignatureTest {
    private static final Secret SECRET = new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    @Test
    void isThatOfThePublishedExample() {
        Map<String, String> headers = WebhookSignature.headers(
                SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", Instant.ofEpochSecond(1_614_265_330), "{\"test\": 2432232314}");

        assertThat(headers)
                .containsOnly(
                        Map.entry("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
                        Map.entry("webhook-timestamp", "1614265330"),
                        Map.entry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    @Test
    void isAnHmacOverIdTimeAndBodyUnderTheDecodedSecret() throws GeneralSecurityException {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            byte[] key = new byte[24 + random.nextInt(41)];
            random.nextBytes(key);
            String id = "msg_" + random.nextLong();
            Instant at = Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE));
            String body = anyText(random);

            String signature = WebhookSignature.headers(
                            new Secret("whsec_" + Base64.getEncoder().encodeToString(key)), id, at, body)
                    .get("webhook-signature");

            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + at.getEpochSecond() + ".").getBytes(UTF_8));
            assertThat(signature)
                    .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(UTF_8))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"text\":\"größer ½ 数字 \uD83D\uDE00\"}", "line\r\nline\u0000"})
    void isAcceptedByTheStandardsOwnLibrary(String body) {
        Map<String, String> headers = WebhookSignature.headers(SECRET, "msg_1", Instant.now(), body);

        assertThatCode(() -> new Webhook(SECRET.value()).verify(body, http(headers)))
                .doesNotThrowAnyException();
    }

    @Test
    void doesNotFitAnotherBodyIdOrSecret() throws EmptyWebhookSecretException {
        Map<String, String> headers = WebhookSignature.headers(SECRET, "msg_1", Instant.now(), "{}");
        var receiver = new Webhook(SECRET.value());

        assertThatThrownBy(() -> receiver.verify("{ }", http(headers)))
                .isInstanceOf(WebhookVerificationException.class);
        assertThatThrownBy(() -> new Webhook("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").verify("{}", http(headers)))
                .isInstanceOf(WebhookVerificationException.class);
        headers.put("webhook-id", "msg_2");
        assertThatThrownBy(() -> receiver.verify("{}", http(headers))).isInstanceOf(WebhookVerificationException.class);
    }

    private static HttpHeaders http(Map<String, String> headers) {
        return HttpHeaders.of(
                headers.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue()))),
                (_, _) -> true);
    }

    /// Any characters but halves of surrogate pairs, which UTF-8 cannot write.
    private static String anyText(Random random) {
        return IntStream.generate(() -> random.nextInt(0x30000))
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .limit(random.nextInt(300))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}

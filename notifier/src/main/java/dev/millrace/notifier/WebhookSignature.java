package dev.millrace.notifier;

import dev.millrace.runtime.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The headers of Standard Webhooks 1.0.0: `v1` signatures, HMAC-SHA256 over `id.timestamp.body`.
final class WebhookSignature {
    private static final String SECRET_PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";

    private WebhookSignature() {}

    /// @param secret `whsec_` and base64
    /// @param at the time of this attempt
    static Map<String, String> headers(Secret secret, String messageId, Instant at, String body) {
        long timestamp = at.getEpochSecond();
        var headers = new LinkedHashMap<String, String>();
        headers.put("webhook-id", messageId);
        headers.put("webhook-timestamp", Long.toString(timestamp));
        headers.put("webhook-signature", "v1," + sign(secret, messageId + "." + timestamp + "." + body));
        return headers;
    }

    private static String sign(Secret secret, String content) {
        try {
            byte[] key = Base64.getDecoder().decode(secret.value().substring(SECRET_PREFIX.length()));
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}

package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.SubscriptionResource.ConfirmationToken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Tokens that prove an address wants what it was subscribed to, and names that hashes give.
final class ConfirmationTokens {
    private static final int TOKEN_BYTES = 48;

    private final RandomGenerator random;

    ConfirmationTokens(RandomGenerator random) {
        this.random = random;
    }

    String create() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static ConfirmationToken record(String token, Instant expiresAt) {
        return new ConfirmationToken(HexFormat.of().formatHex(sha256(token)), expiresAt);
    }

    static boolean matches(ConfirmationToken expected, String token) {
        return MessageDigest.isEqual(HexFormat.of().parseHex(expected.hash()), sha256(token));
    }

    /// The same for the same address of the same topic, so that subscribing twice is subscribing once.
    static String subscriptionName(String topicArn, String protocol, String endpoint) {
        ByteBuffer hash = ByteBuffer.wrap(sha256(String.join("\n", topicArn, protocol, endpoint)));
        return new UUID(hash.getLong(), hash.getLong()).toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

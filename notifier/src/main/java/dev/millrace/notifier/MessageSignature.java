package dev.millrace.notifier;

import dev.millrace.notifier.SigningKeys.SigningKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Signs SNS's envelopes: `SignatureVersion`, `Signature` and `SigningCertURL`. Thread-safe; may block.
final class MessageSignature {
    /// Those of them that an envelope has, each with its name and a line feed after both.
    private static final List<String> SIGNED =
            List.of("Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type");

    private final SigningKeys keys;
    private final URI publicUrl;

    /// @param publicUrl where receivers find the certificate
    MessageSignature(SigningKeys keys, URI publicUrl) {
        this.keys = keys;
        this.publicUrl = publicUrl;
    }

    /// @param version `1` for SHA-1, `2` for SHA-256
    void sign(ObjectNode envelope, String version) {
        SigningKey key = keys.current();
        envelope.put("SignatureVersion", version);
        envelope.put("Signature", signature(key, version.equals("2") ? "SHA256withRSA" : "SHA1withRSA", envelope));
        envelope.put("SigningCertURL", publicUrl + "/sns/SimpleNotificationService-" + key.fingerprint() + ".pem");
    }

    private static String signature(SigningKey key, String algorithm, ObjectNode envelope) {
        var text = new StringBuilder();
        for (String name : SIGNED) {
            JsonNode value = envelope.path(name);
            if (value.isString()) {
                text.append(name).append('\n').append(value.stringValue()).append('\n');
            }
        }
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key.privateKey());
            signature.update(text.toString().getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}

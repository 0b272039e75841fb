package dev.millrace.identity;

import dev.millrace.runtime.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals secrets for the store: AES-256-GCM under the master key, bound to the name of their owner, so
/// that a document cannot be given the secret of another one. Thread-safe.
public final class SecretSeal {
    /// Of a master key.
    public static final int KEY_BYTES = 32;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random;

    /// @param masterKey 32 bytes
    public SecretSeal(byte[] masterKey, SecureRandom random) {
        if (masterKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("a master key has " + KEY_BYTES + " bytes, not " + masterKey.length);
        }
        this.key = new SecretKeySpec(masterKey, "AES");
        this.random = random;
    }

    /// Whether it is one: 32 bytes in Base64.
    public static boolean isMasterKey(Secret base64) {
        try {
            return Base64.getDecoder().decode(base64.value()).length == KEY_BYTES;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// @param base64 for which [#isMasterKey] holds
    public static SecretSeal ofMasterKey(Secret base64, SecureRandom random) {
        return new SecretSeal(Base64.getDecoder().decode(base64.value()), random);
    }

    /// With a master key that follows from a secret: who changes the secret loses what was sealed.
    public static SecretSeal derivedFrom(Secret secret, SecureRandom random) {
        return new SecretSeal(
                Digests.hmac(secret.value().getBytes(StandardCharsets.UTF_8), "millrace master key"), random);
    }

    public String seal(String owner, Secret secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, owner, nonce, secret.value().getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                        .put(nonce)
                        .put(sealed)
                        .array());
    }

    /// @throws IllegalStateException when it was sealed for another owner or with another master key, or
    ///     is no sealed secret at all
    public Secret open(String owner, String sealed) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(sealed);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("the secret of " + owner + " is not a sealed secret", e);
        }
        if (bytes.length <= NONCE_BYTES) {
            throw new IllegalStateException("the secret of " + owner + " is not a sealed secret");
        }
        var nonce = new byte[NONCE_BYTES];
        var rest = new byte[bytes.length - NONCE_BYTES];
        ByteBuffer.wrap(bytes).get(nonce).get(rest);
        return new Secret(new String(run(Cipher.DECRYPT_MODE, owner, nonce, rest), StandardCharsets.UTF_8));
    }

    private byte[] run(int mode, String owner, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the secret of " + owner + " cannot be opened with this master key", e);
        }
    }
}

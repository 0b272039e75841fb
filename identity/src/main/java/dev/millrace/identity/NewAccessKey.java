package dev.millrace.identity;

import dev.millrace.runtime.Secret;
import java.security.SecureRandom;
import java.util.Base64;

/// Makes access keys of the form that AWS's tools expect: an id of 20 capital letters and digits, a
/// secret of 40 characters.
public final class NewAccessKey {
    private static final String PREFIX = "AKIA";
    private static final String TEMPORARY = "ASIA";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ID_LENGTH = 20;
    private static final int SECRET_BYTES = 30;

    private final SecureRandom random;

    public NewAccessKey(SecureRandom random) {
        this.random = random;
    }

    public AccessKey create(Role role) {
        return new AccessKey(id(PREFIX), secret(), role);
    }

    /// An id of temporary credentials.
    String temporaryId() {
        return id(TEMPORARY);
    }

    /// 80 random bits.
    private String id(String prefix) {
        var id = new StringBuilder(prefix);
        while (id.length() < ID_LENGTH) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /// 240 random bits.
    public Secret secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return new Secret(Base64.getEncoder().encodeToString(bytes));
    }
}

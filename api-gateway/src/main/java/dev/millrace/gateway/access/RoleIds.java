package dev.millrace.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Ids of roles, of AWS's form. A role is nothing but its name here, so its id follows from that.
final class RoleIds {
    private static final String PREFIX = "AROA";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int LENGTH = 21;

    private RoleIds() {}

    static String of(String roleName) {
        var id = new StringBuilder(PREFIX);
        for (byte each : sha256(roleName)) {
            if (id.length() == LENGTH) {
                break;
            }
            id.append(ALPHABET.charAt(each & 0x1F));
        }
        return id.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

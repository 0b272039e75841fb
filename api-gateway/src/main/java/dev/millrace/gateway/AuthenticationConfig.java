package dev.millrace.gateway;

import dev.millrace.identity.AccessKey;
import dev.millrace.identity.Role;
import dev.millrace.identity.SecretSeal;
import dev.millrace.runtime.Secret;
import dev.millrace.runtime.Settings;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/// Whether callers must say who they are, and the first key with which they can.
///
/// @param isRequired without it everybody who reaches the gateway may do everything, which is allowed on
///     loopback only
/// @param root the administrator of the settings; not null where authentication is required
/// @param masterKey that the other keys' secrets are sealed with, 32 bytes in Base64; null for one that
///     follows from the root's secret
public record AuthenticationConfig(
        boolean isRequired,
        @Nullable AccessKey root,
        @Nullable Secret masterKey) {
    private static final String ID = "auth.access-key-id";
    private static final String SECRET = "auth.secret-access-key";
    private static final String MASTER = "auth.master-key";
    private static final int MIN_SECRET = 16;

    /// Nobody is asked who they are.
    public static AuthenticationConfig none() {
        return new AuthenticationConfig(false, null, null);
    }

    public static AuthenticationConfig from(Settings settings) {
        String id = settings.find(ID, AuthenticationConfig::id).orElse(null);
        Secret secret = settings.find(SECRET, Secret::new).orElse(null);
        Secret masterKey = settings.find(MASTER, Secret::new).orElse(null);
        settings.require((id == null) == (secret == null), ID + " and " + SECRET + ": one is set without the other");
        // Not where they are read: what is wrong there is printed with its value.
        settings.require(
                secret == null || secret.value().length() >= MIN_SECRET,
                SECRET + ": too short (expected: at least " + MIN_SECRET + " characters)");
        settings.require(masterKey == null || SecretSeal.isMasterKey(masterKey), MASTER + ": not 32 bytes in Base64");
        AccessKey root = id == null || secret == null ? null : new AccessKey(id, secret, Role.ADMIN);
        boolean isRequired = settings.get("auth.required", root != null, AuthenticationConfig::flag);
        settings.require(
                !isRequired || root != null, "auth.required: true (expected: " + ID + " and " + SECRET + " set)");
        return new AuthenticationConfig(isRequired && root != null, root, masterKey);
    }

    /// Seals the secrets of the other keys; null where there is nothing to seal them with.
    @Nullable
    SecretSeal seal(SecureRandom random) {
        if (masterKey != null) {
            return SecretSeal.ofMasterKey(masterKey, random);
        }
        return root == null ? null : SecretSeal.derivedFrom(root.secret(), random);
    }

    private static String id(String text) {
        if (!text.matches("[A-Za-z0-9]{3,128}")) {
            throw new IllegalArgumentException("expected: 3 to 128 letters and digits");
        }
        return text;
    }

    private static Boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("expected: true or false");
        }
        return Boolean.valueOf(text);
    }
}

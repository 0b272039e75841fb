package dev.millrace.identity;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.Locale;

/// What the holder of an access key may do.
public enum Role {
    READER,
    INVOKER,
    OPERATOR,
    ADMIN;

    public boolean may(Permission permission) {
        return switch (permission) {
            case READ -> this != INVOKER;
            case INVOKE -> this != READER;
            case OPERATE -> this == OPERATOR || this == ADMIN;
            case ADMINISTER -> this == ADMIN;
        };
    }

    /// As users write it, in lower case.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws PlatformException `VALIDATION_ERROR` for another word
    public static Role of(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return role;
            }
        }
        throw new PlatformException(
                ErrorCode.VALIDATION_ERROR, "role: expected one of reader, invoker, operator, admin");
    }
}

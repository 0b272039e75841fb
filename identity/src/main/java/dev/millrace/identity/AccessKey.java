package dev.millrace.identity;

import dev.millrace.runtime.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a caller signs with.
///
/// @param id as AWS's, no secret
/// @param previousSecret that is still accepted after a rotation, or null
public record AccessKey(String id, Secret secret, @Nullable Secret previousSecret, Role role) {
    public AccessKey(String id, Secret secret, Role role) {
        this(id, secret, null, role);
    }

    /// The secrets that a caller may have signed with.
    List<Secret> accepted() {
        return previousSecret == null ? List.of(secret) : List.of(secret, previousSecret);
    }
}

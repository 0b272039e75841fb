package dev.millrace.identity;

import org.jspecify.annotations.Nullable;

/// Who makes a call.
///
/// @param accessKeyId safe to log
/// @param session of temporary credentials, or null for the holder of the access key itself
public record Principal(
        String accessKeyId, Role role, @Nullable Session session) {
    /// Where temporary credentials come from.
    ///
    /// @param parentKeyId the access key that they were made with, and end with
    /// @param assumedRole `<role name>/<session name>` of `AssumeRole`, or null for `GetSessionToken`
    public record Session(String parentKeyId, @Nullable String assumedRole) {}

    public Principal(String accessKeyId, Role role) {
        this(accessKeyId, role, null);
    }

    /// Whether the role allows it. Temporary credentials may manage no access keys, so that they cannot
    /// outlive themselves.
    public boolean may(Permission permission) {
        return role.may(permission) && (session == null || permission != Permission.ADMINISTER);
    }
}

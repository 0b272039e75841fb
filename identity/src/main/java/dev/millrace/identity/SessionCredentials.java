package dev.millrace.identity;

import dev.millrace.runtime.Secret;
import java.time.Instant;

/// Temporary credentials, as STS hands them out.
///
/// @param token what a call signed with them must show besides its signature
public record SessionCredentials(String accessKeyId, Secret secret, Secret token, Instant expiresAt) {}

package dev.millrace.identity;

import dev.millrace.runtime.Secret;

/// What a caller signs with.
///
/// @param id as AWS's, no secret
public record AccessKey(String id, Secret secret, Role role) {}

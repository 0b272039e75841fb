package dev.millrace.identity;

/// Who makes a call.
///
/// @param accessKeyId safe to log
public record Principal(String accessKeyId, Role role) {}

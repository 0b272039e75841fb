package dev.millrace.invocation.port;

import dev.millrace.invocation.Payload;

/// An object read whole.
public record StoredObject(ObjectInfo info, Payload body) {}

package dev.millrace.invocation;

/// An attribute of a message of a topic.
///
/// @param type `String`, `String.Array`, `Number` or `Binary`
/// @param value the text; of a `String.Array` its JSON, of a `Binary` its base64
public record MessageAttribute(String type, String value) {}

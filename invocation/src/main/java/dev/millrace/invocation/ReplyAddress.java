package dev.millrace.invocation;

/// Where the answer of a real-time call goes: a gateway instance and its partition of the replies topic.
public record ReplyAddress(String gatewayId, int partition) {}

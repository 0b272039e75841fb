package dev.millrace.invocation.port;

import dev.millrace.invocation.Payload;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Sends single records to topics that users named, such as the topic that wants a call's result.
public interface RecordSender {
    /// Does not block; the stage ends when the broker has the record, and fails with `SERVICE_UNAVAILABLE` when it has
    /// not
    /// or when there is no such topic.
    CompletionStage<Void> send(String topic, String key, Map<String, String> headers, Payload value);
}

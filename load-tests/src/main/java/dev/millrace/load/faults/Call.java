package dev.millrace.load.faults;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One asynchronous call that a client makes.
///
/// @param id unique in a run; sent as the inference id
/// @param expected the digest of the labels that the model gives, or null where only the terminal state counts
/// @param idempotencyKey with which the client tries again until it has an answer, or null for a single try
/// @param webhookUrl or null
/// @param more further headers
@SuppressWarnings("ArrayRecordComponent")
public record Call(
        String id,
        String contentType,
        byte[] body,
        @Nullable String expected,
        @Nullable String idempotencyKey,
        @Nullable String webhookUrl,
        Map<String, String> more) {
    public Call {
        more = Map.copyOf(more);
    }

    Map<String, String> headers() {
        var headers = new LinkedHashMap<>(more);
        headers.put("X-Amzn-SageMaker-Inference-Id", id);
        headers.put("X-Amzn-SageMaker-Content-Type", contentType);
        headers.put("X-Amzn-SageMaker-Accept", "application/json");
        if (idempotencyKey != null) {
            headers.put("Idempotency-Key", idempotencyKey);
        }
        if (webhookUrl != null) {
            headers.put("X-Millrace-Webhook-Url", webhookUrl);
        }
        return headers;
    }
}

package dev.millrace.notifier;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.RecordSender;
import dev.millrace.invocation.port.StoredObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Writes a call's result to the Kafka topic that the caller named: the output itself when it is small, else where it
/// is.
///
/// Headers `invocation-id`, `inference-id`, `status`, `content-type` and `output-location`; the key is the invocation
/// id.
final class ResultRecords {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final JsonMapper json = new JsonMapper();
    private final ObjectStore store;
    private final RecordSender sender;
    private final int maxInline;

    /// @param maxInline above it the record is empty and names the output's location only
    ResultRecords(ObjectStore store, RecordSender sender, int maxInline) {
        this.store = store;
        this.sender = sender;
        this.maxInline = maxInline;
    }

    Attempt send(String topic, OwedDelivery delivery) throws InterruptedException {
        JsonNode body = json.readTree(delivery.body());
        String invocationId = body.path("invocationId").asString("");
        String location = body.path("responseParameters").path("outputLocation").asString("");
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("message-id", delivery.messageId());
        headers.put("invocation-id", invocationId);
        headers.put("inference-id", body.path("inferenceId").asString(""));
        headers.put("status", body.path("invocationStatus").asString(""));
        headers.put("output-location", location);
        JsonNode contentType = body.path("responseParameters").path("contentType");
        if (contentType.isString()) {
            headers.put("content-type", contentType.asString());
        }
        JsonNode failure = body.path("failureReason");
        if (failure.isString()) {
            headers.put("failure-reason", failure.asString());
        }
        try {
            sender.send(topic, invocationId, headers, value(location))
                    .toCompletableFuture()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return new Attempt.Taken();
        } catch (PlatformException e) {
            return new Attempt.Failed(e.text(), null);
        } catch (ExecutionException e) {
            return new Attempt.Failed(String.valueOf(e.getMessage()), null);
        } catch (TimeoutException _) {
            return new Attempt.Failed("the broker did not answer in time", null);
        }
    }

    private Payload value(String location) {
        var at = ObjectLocation.parse(location);
        return store.head(at)
                .filter(info -> info.size() <= maxInline)
                .flatMap(_ -> store.get(at, maxInline))
                .map(StoredObject::body)
                .or(() -> Optional.of(Payload.EMPTY))
                .get();
    }
}

package dev.millrace.queue;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.codec.RequestCodec;
import dev.millrace.invocation.port.RequestQueue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Puts requests on lanes with the plain producer.
public final class KafkaRequestQueue implements RequestQueue {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final KafkaConnection connection;

    public KafkaRequestQueue(KafkaConnection connection) {
        this.connection = connection;
    }

    @Override
    public CompletionStage<Void> enqueue(LaneId lane, InferenceRequest request) {
        var record =
                WireRecords.toKafka(lane.topic(), 0, request.invocationId().toString(), RequestCodec.encode(request));
        var enqueued = new CompletableFuture<Void>();
        // The producer goes on trying for a while: the caller, who is being waited for, does not.
        CompletableFuture<Void> _ = connection
                .sender()
                .send(record)
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, failure) -> {
                    if (failure == null) {
                        enqueued.complete(null);
                    } else {
                        enqueued.completeExceptionally(KafkaFailures.of("enqueue on " + lane, failure));
                    }
                });
        return enqueued;
    }

    /// Nothing to close: the producer belongs to the connection.
    @Override
    public void close() {}
}

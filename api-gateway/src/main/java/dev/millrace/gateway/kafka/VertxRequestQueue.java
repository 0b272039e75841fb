package dev.millrace.gateway.kafka;

import dev.millrace.gateway.limit.Bound;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.RequestCodec;
import dev.millrace.invocation.codec.WireRecord;
import dev.millrace.invocation.port.RequestQueue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts requests on lanes with the Vert.x Kafka client.
///
/// The client hands each send to one ordered worker thread, where it may hold the next ones for half a second
/// while the broker is away. So the sends under way are bounded, by number and by bytes, and each caller is
/// answered within a second whatever the client still tries.
public final class VertxRequestQueue implements RequestQueue {
    private static final Logger LOGGER = LoggerFactory.getLogger(VertxRequestQueue.class);
    private static final long PATIENCE_MILLIS = 1_000;
    private static final long CLOSE_SECONDS = 5;
    /// Below the producer's buffer of 32 MB, which would otherwise block.
    private static final int BYTES_UNDER_WAY = 24 << 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Bound sends;
    private final Semaphore bytes = new Semaphore(BYTES_UNDER_WAY);

    /// @param sends how many may be under way at once
    public VertxRequestQueue(Vertx vertx, String bootstrapServers, Bound sends) {
        this.sends = sends;
        this.producer = KafkaProducer.create(
                vertx, settings(bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
        // Each failure also reaches its own caller, who decides what it means.
        producer.exceptionHandler(failure ->
                LOGGER.atDebug().addKeyValue("error", failure.getMessage()).log("a send failed"));
    }

    @Override
    public CompletionStage<Void> enqueue(LaneId lane, InferenceRequest request) {
        WireRecord wire = RequestCodec.encode(request);
        int size = wire.value().size();
        if (!sends.tryEnter()) {
            return CompletableFuture.failedFuture(unavailable(lane, null));
        }
        if (!bytes.tryAcquire(size)) {
            sends.leave();
            return CompletableFuture.failedFuture(unavailable(lane, null));
        }
        Future<?> sent = producer.send(record(lane, request, wire)).onComplete(_ -> {
            bytes.release(size);
            sends.leave();
        });
        return sent.<Void>mapEmpty()
                .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof RecordTooLargeException
                                ? new PlatformException(
                                        ErrorCode.PAYLOAD_TOO_LARGE, "the request does not fit in a record", failure)
                                : unavailable(lane, failure)))
                .toCompletionStage();
    }

    @Override
    public void close() {
        try {
            producer.close(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS)).await(2 * CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the producer did not close in time", e);
        }
    }

    private static KafkaProducerRecord<byte[], byte[]> record(LaneId lane, InferenceRequest request, WireRecord wire) {
        KafkaProducerRecord<byte[], byte[]> record = KafkaProducerRecord.create(
                lane.topic(),
                request.invocationId().toString().getBytes(StandardCharsets.UTF_8),
                wire.value().bytes(),
                0);
        wire.headers().forEach((name, value) -> record.addHeader(name, Buffer.buffer(value)));
        return record;
    }

    private static PlatformException unavailable(LaneId lane, @Nullable Throwable cause) {
        return new PlatformException(
                ErrorCode.SERVICE_UNAVAILABLE,
                "the queue of endpoint " + lane.endpoint() + " cannot be reached, try again",
                cause);
    }

    private static Map<String, String> settings(String bootstrapServers) {
        var settings = new HashMap<String, String>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("client.id", "millrace-gateway");
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        // The default of 5 ms would be added to every call.
        settings.put("linger.ms", "0");
        // Calls that come while a request is under way go together with the next one.
        settings.put("max.in.flight.requests.per.connection", "1");
        settings.put("max.block.ms", "500");
        settings.put("request.timeout.ms", "4500");
        settings.put("delivery.timeout.ms", "5000");
        // The client asks for every topic that it sent to within this time, and warns again and again of one that is
        // gone:
        // for five minutes by default. A lane that was idle for longer costs its next call one more request.
        settings.put("metadata.max.idle.ms", "10000");
        settings.put("reconnect.backoff.ms", "20");
        settings.put("reconnect.backoff.max.ms", "500");
        settings.put("enable.metrics.push", "false");
        settings.put("metric.reporters", "");
        return settings;
    }
}

package dev.millrace.queue;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RecordTooLargeException;

/// What the broker's failures are to the rest of the platform.
final class KafkaFailures {
    private KafkaFailures() {}

    static PlatformException of(String doing, Throwable failure) {
        return switch (failure) {
            case ExecutionException e when e.getCause() != null -> of(doing, e.getCause());
            case CompletionException e when e.getCause() != null -> of(doing, e.getCause());
            case PlatformException e -> e;
            case RecordTooLargeException e ->
                new PlatformException(ErrorCode.PAYLOAD_TOO_LARGE, doing + ": more than the broker takes", e);
            default -> unavailable(doing + ": the broker did not answer", failure);
        };
    }

    static PlatformException unavailable(String message, Throwable cause) {
        return new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, message, cause);
    }

    /// Waits for an admin call.
    static <T> T await(String doing, KafkaFuture<T> future, Duration patience) throws ExecutionException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(doing + ": interrupted", e);
        } catch (TimeoutException e) {
            throw unavailable(doing + ": the broker did not answer within " + patience, e);
        }
    }
}

package dev.millrace.gateway.status;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Timings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The JSON that a poller reads. Members that do not apply are left out.
///
/// @param status `Queued`, `InProgress`, `Completed`, `Failed`, `Expired` or `Cancelled`
/// @param attempts deliveries to workers so far
/// @param queuedSeconds and the other times: how long the steps of a completed invocation took
/// @param failureCode why it failed
/// @param otherInvocationIds further calls with the same inference id, the latest first
public record StatusView(
        String invocationId,
        String inferenceId,
        String endpointName,
        String variantName,
        String status,
        Instant acceptedAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int attempts,
        @Nullable String inputLocation,
        String outputLocation,
        String failureLocation,
        @Nullable String contentType,
        @Nullable Long outputBytes,
        @Nullable Double queuedSeconds,
        @Nullable Double downloadSeconds,
        @Nullable Double modelSeconds,
        @Nullable Double uploadSeconds,
        @Nullable ErrorCode failureCode,
        @Nullable String failureMessage,
        @Nullable List<String> otherInvocationIds) {
    /// @param others further invocations under the inference id that was asked for
    public static Optional<StatusView> of(InvocationStatus status, List<InvocationId> others) {
        return Optional.ofNullable(status.summary()).map(summary -> of(status, summary, others));
    }

    private static StatusView of(InvocationStatus status, InvocationSummary summary, List<InvocationId> others) {
        InvocationEvent.Terminal end = status.terminal();
        InvocationEvent.Completed completed = end instanceof InvocationEvent.Completed each ? each : null;
        InvocationEvent.Failed failed = end instanceof InvocationEvent.Failed each ? each : null;
        Timings timings = completed == null ? null : completed.timings();
        ObjectLocation input = summary.inputLocation();
        return new StatusView(
                summary.invocationId().toString(),
                summary.inferenceId().value(),
                summary.endpoint().value(),
                summary.variant().value(),
                word(status),
                summary.acceptedAt(),
                startedAt(status, summary, timings),
                end == null ? null : end.at(),
                status.attempts(),
                input == null ? null : input.uri(),
                summary.outputLocation().uri(),
                summary.failureLocation().uri(),
                completed == null ? null : completed.contentType(),
                completed == null ? null : completed.outputBytes(),
                timings == null ? null : seconds(timings.inBacklog()),
                timings == null ? null : seconds(timings.download()),
                timings == null ? null : seconds(timings.model()),
                timings == null ? null : seconds(timings.upload()),
                failed == null ? null : failed.code(),
                failed == null ? null : failed.message(),
                others.isEmpty()
                        ? null
                        : others.stream().map(InvocationId::toString).toList());
    }

    /// A quick call publishes no start of its own: its end says how long it waited.
    private static @Nullable Instant startedAt(
            InvocationStatus status, InvocationSummary summary, @Nullable Timings timings) {
        if (status.startedAt() != null || timings == null || timings.inBacklog().isZero()) {
            return status.startedAt();
        }
        return summary.acceptedAt().plus(timings.inBacklog());
    }

    private static String word(InvocationStatus status) {
        return switch (status.terminal()) {
            case null -> status.startedAt() == null ? "Queued" : "InProgress";
            case InvocationEvent.Completed _ -> "Completed";
            case InvocationEvent.Failed _ -> "Failed";
            case InvocationEvent.Expired _ -> "Expired";
            case InvocationEvent.Cancelled _ -> "Cancelled";
        };
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}

package dev.millrace.controller;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.port.Feed;
import dev.millrace.monitoring.MetricPublisher;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.monitoring.StatisticSet;
import dev.millrace.monitoring.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// Records how asynchronous calls ended, each once: the controllers share the events as one group, and
/// a second end of a call is left out. Called by the feed's thread.
final class EndedInvocations implements Feed.GroupListener<InvocationEvent> {
    static final String GROUP = "millrace-metrics";
    private static final int REMEMBERED = 50_000;

    private final MetricPublisher recorder;
    private final SequencedSet<InvocationId> ended = new LinkedHashSet<>();

    EndedInvocations(MetricPublisher recorder) {
        this.recorder = recorder;
    }

    @Override
    public void onDocument(String key, @Nullable InvocationEvent event) {
        if (event instanceof InvocationEvent.Terminal terminal && ended.add(terminal.invocationId())) {
            record(terminal);
            if (ended.size() > REMEMBERED) {
                var _ = ended.removeFirst();
            }
        }
    }

    private void record(InvocationEvent.Terminal event) {
        InvocationSummary call = event.summary();
        Instant at = event.at();
        switch (event) {
            case InvocationEvent.Completed completed -> {
                Timings timings = completed.timings();
                count("InvocationsProcessed", call, at, 1);
                count("Invocation4XXErrors", call, at, 0, Unit.NONE);
                count("Invocation5XXErrors", call, at, 0, Unit.NONE);
                millis("TimeInBacklog", call, at, timings.inBacklog());
                millis("TotalProcessingTime", call, at, Duration.between(call.acceptedAt(), at));
                micros("ModelLatency", call, at, timings.model());
                micros("RequestDownloadLatency", call, at, timings.download());
                micros("ResponseUploadLatency", call, at, timings.upload());
            }
            case InvocationEvent.Failed failed -> {
                boolean isModelError = isModelError(failed.code());
                count("InvocationsProcessed", call, at, 1);
                count("InvocationFailures", call, at, 1);
                count("Invocation4XXErrors", call, at, 0, Unit.NONE);
                count("Invocation5XXErrors", call, at, isModelError ? 1 : 0, Unit.NONE);
                millis("TotalProcessingTime", call, at, Duration.between(call.acceptedAt(), at));
                if (failed.code() == ErrorCode.INPUT_NOT_FOUND) {
                    count("RequestDownloadFailures", call, at, 1);
                }
            }
            case InvocationEvent.Expired _ -> count("ExpiredRequests", call, at, 1);
            case InvocationEvent.Cancelled _ -> {}
        }
    }

    private static boolean isModelError(ErrorCode code) {
        return code == ErrorCode.MODEL_ERROR || code == ErrorCode.MODEL_TIMEOUT || code == ErrorCode.MODEL_CRASHED;
    }

    private void count(String metric, InvocationSummary call, Instant at, double value) {
        count(metric, call, at, value, Unit.COUNT);
    }

    private void count(String metric, InvocationSummary call, Instant at, double value, Unit unit) {
        recorder.record(
                SageMakerMetrics.ofVariant(
                        metric, call.endpoint().value(), call.variant().value()),
                unit,
                StatisticSet.of(value),
                at);
    }

    private void millis(String metric, InvocationSummary call, Instant at, Duration time) {
        count(metric, call, at, Math.max(0, time.toNanos() / 1e6), Unit.MILLISECONDS);
    }

    private void micros(String metric, InvocationSummary call, Instant at, Duration time) {
        count(metric, call, at, Math.max(0, time.toNanos() / 1e3), Unit.MICROSECONDS);
    }
}

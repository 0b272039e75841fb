package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.invocation.LaneId;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricRecorder;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.monitoring.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Records how much work the owned endpoints hold, at every look at their lanes: also that there is
/// none. Used by one thread.
final class EndpointMetrics {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final LaneBoard readings;
    private final MetricRecorder recorder;
    private final OldestRequests oldest = new OldestRequests();

    EndpointMetrics(LaneBoard readings, MetricRecorder recorder) {
        this.readings = readings;
        this.recorder = recorder;
    }

    void record(List<Deployed<?>> owned, Instant now) {
        oldest.retain(lanes(owned));
        for (Deployed<?> each : owned) {
            Generation serving = each.serving();
            Load load = serving == null ? null : readings.load(serving.lanes(), now.minus(FRESH));
            if (serving != null && load != null) {
                record(each, serving, load, now);
            }
        }
    }

    private void record(Deployed<?> deployed, Generation serving, Load load, Instant now) {
        int instances = serving.currentInstances();
        MetricKey concurrency = switch (deployed) {
            case EndpointResource endpoint -> {
                if (serving.config().asyncInference() != null) {
                    recordBacklog(endpoint, instances, now);
                }
                yield SageMakerMetrics.ofVariant(
                        "ConcurrentRequestsPerModel",
                        endpoint.name(),
                        serving.config().variant().variantName().value());
            }
            case InferenceComponentResource component ->
                SageMakerMetrics.ofComponent("ConcurrentRequestsPerCopy", component.name());
        };
        // Without an instance there is nobody to share the requests.
        if (instances > 0) {
            recorder.record(concurrency, Unit.NONE, (double) load.backlog() / instances);
        }
    }

    /// Of every generation: what waits in one that drains waits, too.
    private void recordBacklog(EndpointResource endpoint, int instances, Instant now) {
        long backlog = 0;
        Duration age = Duration.ZERO;
        for (LaneId lane : lanes(List.of(endpoint))) {
            LaneBoard.Reading reading = readings.reading(lane);
            if (reading != null && lane.kind() == LaneId.Kind.ASYNCHRONOUS) {
                backlog += reading.position().backlog();
                Duration ofLane = oldest.look(lane, reading.position(), now);
                age = ofLane.compareTo(age) > 0 ? ofLane : age;
            }
        }
        String name = endpoint.name();
        record("ApproximateBacklogSize", name, Unit.COUNT, (double) backlog);
        record("ApproximateBacklogSizePerInstance", name, Unit.COUNT, (double) backlog / Math.max(1, instances));
        record("ApproximateAgeOfOldestRequest", name, Unit.SECONDS, age.toMillis() / 1000.0);
        record("HasBacklogWithoutCapacity", name, Unit.COUNT, backlog > 0 && instances == 0 ? 1 : 0);
    }

    private void record(String metric, String endpoint, Unit unit, double value) {
        recorder.record(SageMakerMetrics.ofEndpoint(metric, endpoint), unit, value);
    }

    private static Set<LaneId> lanes(List<Deployed<?>> deployed) {
        return deployed.stream()
                .flatMap(each -> each.generations().stream())
                .flatMap(generation -> generation.lanes().stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}

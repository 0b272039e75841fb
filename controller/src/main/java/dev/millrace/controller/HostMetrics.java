package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerUsage;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricRecorder;
import dev.millrace.monitoring.MetricSample;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.monitoring.Unit;
import java.time.Instant;
import java.util.List;

/// Records what each worker of the owned endpoints takes of its host's machine, once in each slot that
/// metrics are kept in. Used by one thread.
final class HostMetrics {
    private static final double BYTES_PER_MB = 1024 * 1024;
    private static final int PERCENT = 100;

    private final PlacementBoard placements;
    private final MetricRecorder recorder;
    private Instant done = Instant.MIN;

    HostMetrics(PlacementBoard placements, MetricRecorder recorder) {
        this.placements = placements;
        this.recorder = recorder;
    }

    void record(List<Deployed<?>> owned, Instant now) {
        Instant slot = MetricSample.slotOf(now);
        if (!slot.isAfter(done)) {
            return;
        }
        done = slot;
        Fleet fleet = placements.fleet();
        for (Deployed<?> each : owned) {
            for (Generation generation : each.generations()) {
                for (WorkerSpec worker : placements.workers(new GenerationKey(each.endpoint(), generation.id()))) {
                    fleet.usage(worker).ifPresent(usage -> record(each, worker, usage));
                }
            }
        }
    }

    private void record(Deployed<?> deployed, WorkerSpec worker, WorkerUsage usage) {
        // Normalized, as a component's metric is: of the cores that a copy is given, not of one.
        int cores = deployed instanceof InferenceComponentResource ? worker.threads() : 1;
        record(key("CPUUtilization", deployed, worker), usage.cores() / cores);
        Long resident = usage.residentBytes();
        if (resident != null) {
            record(key("MemoryUtilization", deployed, worker), resident / (worker.memoryMb() * BYTES_PER_MB));
        }
    }

    private void record(MetricKey key, double share) {
        recorder.record(key, Unit.PERCENT, PERCENT * share);
    }

    private static MetricKey key(String metric, Deployed<?> deployed, WorkerSpec worker) {
        return switch (deployed) {
            case EndpointResource endpoint ->
                SageMakerMetrics.ofHosts(
                        metric, endpoint.name(), worker.variant().value());
            case InferenceComponentResource component ->
                SageMakerMetrics.ofComponentHosts(metric + "Normalized", component.name());
        };
    }
}

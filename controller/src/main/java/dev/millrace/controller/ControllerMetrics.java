package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.invocation.LaneId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The numbers of the owned endpoints, for people and for alarms. Used by one thread.
final class ControllerMetrics {
    private final MultiGauge workers;
    private final MultiGauge backlog;
    private final MultiGauge decision;
    private final AtomicInteger filling = new AtomicInteger();
    private final AtomicInteger hosts = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong owned = new AtomicLong();

    ControllerMetrics(MeterRegistry registry) {
        workers = MultiGauge.builder("controller.workers")
                .description("Workers of the serving generation by state")
                .register(registry);
        backlog = MultiGauge.builder("controller.backlog")
                .description("Requests that wait or run")
                .register(registry);
        decision = MultiGauge.builder("controller.decision")
                .description("1 for the reason of the last scaling decision")
                .register(registry);
        registry.gauge("controller.lanes.filling", filling);
        registry.gauge("controller.hosts", hosts);
        registry.gauge("controller.endpoints.owned", owned);
        registry.gauge("controller.endpoints.failing", failed);
    }

    void update(
            List<Deployed<?>> deployed,
            DecisionLog decisions,
            LaneBoard readings,
            LaneOpener opener,
            int alive,
            int failing) {
        var workerRows = new ArrayList<MultiGauge.Row<?>>();
        var backlogRows = new ArrayList<MultiGauge.Row<?>>();
        var decisionRows = new ArrayList<MultiGauge.Row<?>>();
        int fillingLanes = 0;
        for (Deployed<?> each : deployed) {
            Tags tags = tags(each);
            long waiting = 0;
            for (Generation generation : each.generations()) {
                for (LaneId lane : generation.lanes()) {
                    LaneBoard.Reading reading = readings.reading(lane);
                    waiting += reading == null ? 0 : reading.position().backlog();
                    fillingLanes += opener.isFilling(lane) ? 1 : 0;
                }
            }
            backlogRows.add(MultiGauge.Row.of(tags, waiting));
            Generation shown = each.rollout().shown();
            if (shown != null) {
                decisions.last(new GenerationKey(each.endpoint(), shown.id())).ifPresent(entry -> {
                    workerRows.add(row(tags, "desired", entry.decision().desired()));
                    workerRows.add(row(tags, "placed", entry.placed()));
                    workerRows.add(row(tags, "ready", entry.ready()));
                    workerRows.add(row(tags, "missing", entry.missing()));
                    decisionRows.add(MultiGauge.Row.of(
                            tags.and("reason", entry.decision().reason().name()), 1));
                });
            }
        }
        workers.register(workerRows, true);
        backlog.register(backlogRows, true);
        decision.register(decisionRows, true);
        filling.set(fillingLanes);
        hosts.set(alive);
        owned.set(deployed.size());
        failed.set(failing);
    }

    private static Tags tags(Deployed<?> deployed) {
        return switch (deployed) {
            case EndpointResource endpoint -> Tags.of("endpoint", endpoint.name(), "component", "");
            case InferenceComponentResource component ->
                Tags.of("endpoint", component.endpoint().value(), "component", component.name());
        };
    }

    private static MultiGauge.Row<Number> row(Tags tags, String state, int count) {
        return MultiGauge.Row.of(tags.and("state", state), count);
    }
}

package dev.millrace.controller;

import static dev.millrace.controller.Fixtures.ENDPOINT;
import static dev.millrace.controller.Fixtures.GENERATION;
import static dev.millrace.controller.Fixtures.NOW;
import static dev.millrace.controller.Fixtures.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.ComponentStatus;
import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointConfigResource;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ProductionVariant;
import dev.millrace.controlplane.Rollout;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerUsage;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.monitoring.Unit;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.FakeFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class HostMetricsTest {
    private static final VariantName VARIANT = new VariantName("AllTraffic");
    private static final ObjectNode REQUEST = JsonNodeFactory.instance.objectNode();
    private static final long MB = 1024 * 1024;

    private final Map<MetricKey, List<Double>> recorded = new HashMap<>();
    private final HostBoard hosts = new HostBoard(Duration.ofSeconds(10), () -> NOW, (_, _) -> {});
    private final PlacementBoard placements = new PlacementBoard(
            new FakeFeed<>(() -> NOW), hosts, new WorkerPlacer(new WorkerIds(new Random(1))), _ -> {});
    private final HostMetrics metrics = new HostMetrics(placements, (key, unit, values) -> {
        assertThat(unit).isEqualTo(Unit.PERCENT);
        recorded.computeIfAbsent(key, _ -> new ArrayList<>()).add(values.average());
    });

    /// Two workers of four threads and 16384 MB.
    @BeforeEach
    void place() {
        hosts.caughtUp();
        report();
        var _ = placements.place(new GenerationKey(ENDPOINT, GENERATION), template(ENDPOINT.value()), 2);
    }

    @Test
    void recordsOneValueForEachWorkerOfAnEndpoint() {
        report(new WorkerUsage(0.5, 4096 * MB), new WorkerUsage(2, null));

        metrics.record(List.of(endpoint()), NOW);

        assertThat(recorded).containsOnlyKeys(ofEndpoint("CPUUtilization"), ofEndpoint("MemoryUtilization"));
        assertThat(recorded.get(ofEndpoint("CPUUtilization"))).containsExactlyInAnyOrder(50.0, 200.0);
        assertThat(recorded.get(ofEndpoint("MemoryUtilization"))).containsExactly(25.0);
    }

    @Test
    void recordsOfAComponentWhatItsCopiesTakeOfWhatTheyAreGiven() {
        report(new WorkerUsage(2, 8192 * MB), new WorkerUsage(4, 8192 * MB));

        metrics.record(List.of(component()), NOW);

        assertThat(recorded)
                .containsOnlyKeys(ofComponent("CPUUtilizationNormalized"), ofComponent("MemoryUtilizationNormalized"));
        assertThat(recorded.get(ofComponent("CPUUtilizationNormalized"))).containsExactlyInAnyOrder(50.0, 100.0);
        assertThat(recorded.get(ofComponent("MemoryUtilizationNormalized"))).containsExactly(50.0, 50.0);
    }

    @Test
    void recordsOnceInTenSeconds() {
        report(new WorkerUsage(1, null));

        for (int second = 0; second < 21; second++) {
            metrics.record(List.of(endpoint()), NOW.plusSeconds(second));
        }

        assertThat(recorded.get(ofEndpoint("CPUUtilization"))).hasSize(3);
    }

    @Test
    void recordsNothingOfWorkersThatNoHostMeasured() {
        metrics.record(List.of(endpoint()), NOW);

        assertThat(recorded).isEmpty();
    }

    @Test
    void recordsNothingOfOthersEndpoints() {
        report(new WorkerUsage(1, null));

        metrics.record(List.of(), NOW);

        assertThat(recorded).isEmpty();
    }

    private void report(WorkerUsage... each) {
        var usage = new HashMap<String, WorkerUsage>();
        var workers = placements.workers(new GenerationKey(ENDPOINT, GENERATION));
        for (int i = 0; i < each.length; i++) {
            usage.put(workers.get(i).workerId(), each[i]);
        }
        hosts.onDocument("a", new HostReport("a", NOW, 2, 8, 65_536, 0, Map.of(), usage));
    }

    private static MetricKey ofEndpoint(String metric) {
        return SageMakerMetrics.ofHosts(metric, ENDPOINT.value(), VARIANT.value());
    }

    private static MetricKey ofComponent(String metric) {
        return SageMakerMetrics.ofComponentHosts(metric, "part");
    }

    private static Deployed<?> endpoint() {
        return new EndpointResource(
                ENDPOINT,
                "arn",
                1,
                "config",
                EndpointStatus.IN_SERVICE,
                null,
                NOW,
                NOW,
                rollout(),
                new Secret("whsec_x"),
                null,
                REQUEST);
    }

    private static Deployed<?> component() {
        return new InferenceComponentResource(
                "part",
                "arn",
                1,
                ENDPOINT,
                VARIANT,
                ComponentStatus.IN_SERVICE,
                null,
                NOW,
                NOW,
                2,
                rollout(),
                null,
                REQUEST);
    }

    private static Rollout rollout() {
        var variant = new ProductionVariant(VARIANT, "model", "ml.m5.xlarge", 1, 1, null, null, null);
        var config = new EndpointConfigResource("config", "arn", 1, NOW, List.of(variant), null, REQUEST);
        var generation = Generation.create(GENERATION, config, null, null, LaneId.initial(ENDPOINT, GENERATION), NOW);
        return new Rollout(generation, null, List.of());
    }
}

package dev.millrace.controller;

import static dev.millrace.controller.Fixtures.NOW;
import static dev.millrace.controller.Fixtures.host;
import static dev.millrace.controller.Fixtures.ready;
import static dev.millrace.controller.Fixtures.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkerPlacerTest {
    private final WorkerTemplate template = template("digits");
    private final WorkerPlacer placer = new WorkerPlacer(new WorkerIds(new Random(1)));

    @Test
    void spreadsNewWorkersOverTheLeastLoadedHosts() {
        List<WorkerSpec> workers =
                place(List.of(), 4, List.of(host("a", 4), host("b", 4))).workers();

        assertThat(workers).extracting(WorkerSpec::hostId).containsExactlyInAnyOrder("a", "a", "b", "b");
        assertThat(workers).extracting(WorkerSpec::workerId).doesNotHaveDuplicates();
    }

    @Test
    void leavesPlacedWorkersWhereTheyAre() {
        List<WorkerSpec> first = place(List.of(), 2, List.of(host("a", 4))).workers();

        List<WorkerSpec> second =
                place(first, 3, List.of(host("a", 4), host("b", 4))).workers();

        assertThat(second).containsAll(first).hasSize(3);
        assertThat(second.getLast().hostId()).isEqualTo("b");
    }

    @Test
    void saysHowManyFindNoRoom() {
        WorkerPlacer.Plan plan = place(List.of(), 3, List.of(host("a", 2)));

        assertThat(plan.workers()).hasSize(2);
        assertThat(plan.missing()).isEqualTo(1);
    }

    @Test
    void countsDrainingWorkersOfOthersAsTaken() {
        var busy = new HostReport("a", NOW, 1, 2, 4096, 0, Map.of("other.g1.x", new WorkerState.Draining(1)), Map.of());

        assertThat(place(List.of(), 1, List.of(busy)).missing()).isEqualTo(1);
    }

    @Test
    void replacesWorkersOfALostHostWhereThereIsRoom() {
        List<WorkerSpec> first = place(List.of(), 2, List.of(host("a", 2))).workers();

        WorkerPlacer.Plan plan = place(first, 2, List.of(host("b", 2)));

        assertThat(plan.workers()).extracting(WorkerSpec::hostId).containsExactly("b", "b");
        assertThat(plan.missing()).isZero();
    }

    @Test
    void keepsWorkersOfALostHostWhileNoOtherHasRoom() {
        List<WorkerSpec> first = place(List.of(), 2, List.of(host("a", 2))).workers();

        WorkerPlacer.Plan plan = place(first, 2, List.of());

        assertThat(plan.workers()).isEqualTo(first);
        assertThat(plan.missing()).isEqualTo(2);
    }

    @Test
    void takesAwayTheLongestIdleAndNeverABusyOne() {
        List<WorkerSpec> first = place(List.of(), 3, List.of(host("a", 3))).workers();
        var report = new HostReport(
                "a",
                NOW,
                3,
                2,
                4096,
                0,
                Map.of(
                        first.get(0).workerId(), ready(1, NOW),
                        first.get(1).workerId(), ready(0, NOW.minusSeconds(10)),
                        first.get(2).workerId(), ready(0, NOW.minusSeconds(90))),
                Map.of());

        assertThat(place(first, 2, List.of(report)).workers()).containsExactly(first.get(0), first.get(1));
        assertThat(place(first, 0, List.of(report)).workers()).containsExactly(first.get(0));
    }

    @Test
    void takesAwayWorkersThatCannotServeFirst() {
        List<WorkerSpec> first = place(List.of(), 2, List.of(host("a", 2))).workers();
        var report = new HostReport(
                "a",
                NOW,
                2,
                2,
                4096,
                0,
                Map.of(
                        first.get(0).workerId(),
                        ready(0, NOW.minusSeconds(900)),
                        first.get(1).workerId(),
                        new WorkerState.Crashed(3, "exit 137")),
                Map.of());

        assertThat(place(first, 1, List.of(report)).workers()).containsExactly(first.get(0));
    }

    @Test
    void fitsEveryInstanceTypeIntoTheHost() {
        WorkerSpec worker = place(List.of(), 1, List.of(host("a", 4))).workers().getFirst();

        assertThat(worker.threads()).isEqualTo(2);
        assertThat(worker.memoryMb()).isEqualTo(1024);
    }

    @Test
    void givesPlacedWorkersTheLanesThatWereOpenedLater() {
        List<WorkerSpec> first = place(List.of(), 1, List.of(host("a", 1))).workers();
        var lanes = new ArrayList<>(template.lanes());
        lanes.add(new LaneId(template.endpoint(), template.generation(), LaneId.Kind.ASYNCHRONOUS, 1));
        var wider = new WorkerTemplate(
                template.endpoint(),
                template.variant(),
                template.generation(),
                lanes,
                null,
                "image",
                Map.of(),
                64,
                4,
                16_384,
                false,
                false);

        List<WorkerSpec> second = placer.place(wider, first, 1, fleet(List.of(host("a", 1)), first), 0)
                .workers();

        assertThat(second).hasSize(1);
        assertThat(second.getFirst().lanes()).isEqualTo(lanes);
        assertThat(second.getFirst().workerId()).isEqualTo(first.getFirst().workerId());
    }

    @Test
    void keepsItsRulesUnderRandomChanges() {
        var random = new Random(42);
        List<WorkerSpec> workers = List.of();
        for (int round = 0; round < 500; round++) {
            var hosts = new ArrayList<HostReport>();
            for (int i = 0; i < random.nextInt(5); i++) {
                WorkerState state = random.nextBoolean() ? ready(random.nextInt(2), NOW) : new WorkerState.Starting();
                hosts.add(host("h" + i, random.nextInt(4), workers, state));
            }
            int desired = random.nextInt(8);

            WorkerPlacer.Plan plan = place(workers, desired, hosts);

            Fleet before = fleet(hosts, workers);
            assertThat(new HashSet<>(plan.workers())).hasSize(plan.workers().size());
            for (HostReport host : hosts) {
                long there = plan.workers().stream()
                        .filter(worker -> worker.hostId().equals(host.hostId()))
                        .count();
                assertThat(there).isLessThanOrEqualTo(Math.max(host.maxWorkers(), before.used(host.hostId())));
            }
            workers.stream()
                    .filter(worker -> before.state(worker)
                            .filter(state -> state instanceof WorkerState.Ready busy && busy.inFlight() > 0)
                            .isPresent())
                    .forEach(busy -> assertThat(plan.workers()).contains(busy));
            workers = plan.workers();
        }
    }

    private WorkerPlacer.Plan place(List<WorkerSpec> current, int desired, List<HostReport> hosts) {
        Fleet fleet = fleet(hosts, current);
        return placer.place(template, current, desired, fleet, fleet.free());
    }

    private Fleet fleet(List<HostReport> hosts, List<WorkerSpec> current) {
        return Fleet.of(hosts, List.of(new Placement(template.endpoint(), template.generation(), current)));
    }
}

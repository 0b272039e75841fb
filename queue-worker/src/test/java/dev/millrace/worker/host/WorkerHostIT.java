package dev.millrace.worker.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.VariantName;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.WorkerState;
import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Backoff;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.ScratchFolder;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The host with real child processes, which play a worker's part: [PuppetMain].
@Timeout(120)
class WorkerHostIT {
    private static final EndpointName ENDPOINT = new EndpointName("digits");
    private static final GenerationId GENERATION = new GenerationId("g1");

    private final InstantSource clock = InstantSource.system();
    private final FakeFeed<Placement> placements = new FakeFeed<>(clock);
    private final FakeFeed<HostReport> reports = new FakeFeed<>(clock);
    private final AtomicReference<@Nullable HostReport> last = new AtomicReference<>();
    private final ScratchFolder folder = new ScratchFolder("host");
    private WorkerHost host;

    @BeforeEach
    void start() {
        var _ = reports.follow(new Feed.Start.Beginning(), (_, report) -> last.set(report));
        host = new WorkerHost(config(), placements, reports, clock, new Random());
        host.start();
    }

    @AfterEach
    void stop() {
        host.close();
        folder.close();
    }

    private WorkerHostConfig config() {
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return new WorkerHostConfig(
                folder.path(),
                new HostCapacity(2, 2, 1_000, 0),
                classPath,
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                null,
                null,
                Map.of(),
                new Backoff(Duration.ofMillis(50), Duration.ofMillis(200)),
                Duration.ofSeconds(20),
                PuppetMain.class.getName());
    }

    private WorkerSpec spec(String workerId, String role) {
        return new WorkerSpec(
                workerId,
                host.hostId(),
                ENDPOINT,
                new VariantName("AllTraffic"),
                GENERATION,
                LaneId.initial(ENDPOINT, GENERATION),
                null,
                role,
                Map.of(),
                4,
                1,
                256,
                false,
                false);
    }

    /// The last report; fails where there is none yet.
    private HostReport report() {
        HostReport report = last.get();
        if (report == null) {
            throw new AssertionError("no report yet");
        }
        return report;
    }

    private Map<String, WorkerState> workers() {
        return report().workers();
    }

    private void place(WorkerSpec... workers) {
        var placement = new Placement(ENDPOINT, GENERATION, List.of(workers));
        placements.publish(placement.key(), placement).toCompletableFuture().join();
    }

    private void awaitState(String workerId, Class<? extends WorkerState> state) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(last.get()).isNotNull();
            assertThat(workers().get(workerId)).isInstanceOf(state);
        });
    }

    private void awaitGone(String workerId) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> last.get() != null && !workers().containsKey(workerId));
    }

    @Test
    void startsWhatIsPlacedHereAndNothingElse() {
        var elsewhere = new WorkerSpec(
                "w2",
                "another-host",
                ENDPOINT,
                new VariantName("AllTraffic"),
                GENERATION,
                List.of(),
                null,
                "serve",
                Map.of(),
                4,
                1,
                256,
                false,
                false);

        place(spec("w1", "serve"), elsewhere);

        awaitState("w1", WorkerState.Ready.class);
        assertThat(workers()).containsOnlyKeys("w1");
        assertThat(report().maxWorkers()).isEqualTo(2);
    }

    @Test
    void letsABusyWorkerFinishBeforeItIsGone() {
        place(spec("w1", "busy"));
        awaitState("w1", WorkerState.Ready.class);

        place();

        awaitState("w1", WorkerState.Draining.class);
        awaitGone("w1");
    }

    @Test
    void startsACrashedWorkerAgainAndCountsItsCrashes() {
        place(spec("w1", "crash"));

        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(last.get()).isNotNull();
            assertThat(workers().get("w1")).isInstanceOfSatisfying(WorkerState.Crashed.class, crashed -> {
                assertThat(crashed.crashes()).isGreaterThanOrEqualTo(2);
                assertThat(crashed.reason()).isEqualTo("out of luck");
            });
        });
    }

    @Test
    void leavesAnUnusableWorkerAloneUntilItsSpecChanges() {
        place(spec("w1", "unusable"));
        awaitState("w1", WorkerState.Unusable.class);
        await().during(Duration.ofSeconds(1)).until(() -> workers().get("w1") instanceof WorkerState.Unusable);

        place(spec("w1", "serve"));

        awaitState("w1", WorkerState.Ready.class);
    }

    @Test
    void passesAddedLanesToARunningWorker() {
        place(spec("w1", "lanes"));
        awaitState("w1", WorkerState.Ready.class);
        WorkerSpec before = spec("w1", "lanes");

        place(new WorkerSpec(
                before.workerId(),
                before.hostId(),
                before.endpoint(),
                before.variant(),
                before.generation(),
                List.of(before.lanes().getLast(), new LaneId(ENDPOINT, GENERATION, LaneId.Kind.ASYNCHRONOUS, 1)),
                null,
                before.image(),
                Map.of(),
                4,
                1,
                256,
                false,
                false));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(workers().get("w1"))
                        .isInstanceOfSatisfying(
                                WorkerState.Ready.class,
                                ready -> assertThat(ready.inFlight()).isEqualTo(2)));
    }

    @Test
    void runsNoMoreWorkersThanItsCapacity() {
        place(spec("w1", "serve"), spec("w2", "serve"), spec("w3", "serve"));

        awaitState("w1", WorkerState.Ready.class);
        awaitState("w2", WorkerState.Ready.class);
        assertThat(workers()).hasSize(2);
    }

    @Test
    void tellsWhatItsWorkersTakeOfTheMachine() {
        place(spec("w1", "serve"));

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(last.get()).isNotNull();
            assertThat(report().usage().get("w1")).isNotNull().satisfies(usage -> {
                assertThat(usage.cores()).isBetween(0.0, 64.0).isNotZero();
                assertThat(usage.residentBytes()).isNotNull().isGreaterThan(10_000_000);
            });
        });
    }

    @Test
    void stopsItsWorkersAndSaysThatItIsGoneWhenItCloses() {
        place(spec("w1", "serve"));
        awaitState("w1", WorkerState.Ready.class);
        long children = ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .count();

        host.close();

        assertThat(ProcessHandle.current()
                        .children()
                        .filter(ProcessHandle::isAlive)
                        .count())
                .isLessThan(children);
        await().until(() -> last.get() == null);
    }

    @Test
    void keepsItsIdAcrossRestarts() {
        assertThat(HostIdentity.of(folder.path())).isEqualTo(host.hostId());
    }
}

package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controller.ScriptedHost.Script;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerIT {
    static final ControllerConfig CONFIG = new ControllerConfig(
            TestPlatform.CONTROL_PLANE,
            new ScalingSettings(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    0,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(20),
                    true),
            Duration.ofSeconds(6),
            5,
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            200,
            Duration.ofDays(7),
            Duration.ofMinutes(10),
            Duration.ofDays(30));

    private final TestPlatform platform = new TestPlatform();
    private final EndpointName name = Requests.endpoint();
    private final RunningController controller = platform.controller(CONFIG);
    private final List<ScriptedHost> hosts = new ArrayList<>();

    @AfterEach
    void removeEverything() {
        if (platform.endpoint(name).isPresent()) {
            platform.deleteEndpoint(name);
            eventually().untilAsserted(() -> assertThat(platform.endpoint(name)).isEmpty());
        }
        hosts.forEach(ScriptedHost::close);
        controller.close();
        platform.close();
    }

    @Test
    void makesTheQueueAndServesWithItsFirstWorker() {
        willingHost(2);
        controller.start();

        platform.createEndpoint(name);

        awaitStatus(EndpointStatus.IN_SERVICE);
        Generation serving = platform.serving(name);
        assertThat(platform.lanes().list()).containsAll(serving.lanes());
        assertThat(serving.executionProvider()).isEqualTo("CPUExecutionProvider");
        assertThat(running(hosts.getFirst()))
                .as("without MaxConcurrentInvocationsPerInstance a worker holds enough to fill its batches")
                .allMatch(spec -> spec.maxConcurrentInvocations() == 64);
        InferenceRequest request = platform.enqueue(name, "1");
        eventually()
                .untilAsserted(
                        () -> assertThat(platform.end(request)).containsInstanceOf(InvocationEvent.Completed.class));
    }

    @Test
    void failsWithTheReasonOfAModelThatDoesNotLoad() {
        host(2, _ -> Script.UNUSABLE);
        controller.start();

        platform.createEndpoint(name);

        EndpointResource failed = awaitStatus(EndpointStatus.FAILED);
        assertThat(failed.failureReason()).isEqualTo("model.onnx: not a model");
        eventually()
                .untilAsserted(
                        () -> assertThat(platform.endpoint(name).orElseThrow().generations())
                                .isEmpty());
    }

    @Test
    void failsAfterFiveCrashesInARow() {
        host(2, _ -> Script.CRASHING);
        controller.start();

        platform.createEndpoint(name);

        assertThat(awaitStatus(EndpointStatus.FAILED).failureReason())
                .contains("crashed 5 times in a row")
                .contains("exit status 139");
    }

    @Test
    void saysThatThereIsNoRoomAndFailsAtTheTimeout() {
        controller.start();

        platform.createEndpoint(name);

        eventually()
                .untilAsserted(
                        () -> assertThat(platform.endpoint(name).orElseThrow().failureReason())
                                .isEqualTo("waiting: no worker host has room for a worker"));
        assertThat(awaitStatus(EndpointStatus.FAILED).failureReason())
                .contains("not ready within 6 s")
                .contains("no worker host had room");
    }

    @Test
    void goesToZeroWhenIdleAndWakesAtTheFirstSignal() {
        ScriptedHost host = willingHost(2);
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);
        eventually().untilAsserted(() -> assertThat(running(host)).isEmpty());
        eventually()
                .untilAsserted(() ->
                        assertThat(platform.serving(name).desiredInstances()).isZero());

        long begun = System.nanoTime();
        InferenceRequest request = platform.enqueue(name, "1");
        Stages.await(platform.feeds()
                .wakeSignals()
                .publish(
                        name.value(),
                        new WakeSignal(name, platform.serving(name).id())));

        eventually()
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertThat(running(host)).hasSize(1));
        long woken = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        System.err.println("signal to worker: " + woken + " ms");
        assertThat(woken).isLessThan(500);
        eventually().untilAsserted(() -> assertThat(platform.end(request)).isPresent());
    }

    @Test
    void wakesWithoutASignalWithinTheNextLookAtTheBacklog() {
        ScriptedHost host = willingHost(2);
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);
        eventually().untilAsserted(() -> assertThat(running(host)).isEmpty());

        InferenceRequest request = platform.enqueue(name, "1");

        eventually().untilAsserted(() -> assertThat(platform.end(request)).isPresent());
    }

    @Test
    void movesTrafficToAHealthyGenerationAndLosesNothingOfAThousandWaiting() {
        var gate = new CountDownLatch(1);
        BiConsumer<WorkerSpec, AcquiredRequest> work = (_, request) -> {
            awaitGate(gate);
            platform.complete(request);
        };
        hosts.add(new ScriptedHost(platform, "host-" + name, 4, _ -> Script.READY, work));
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);
        Generation old = platform.serving(name);
        List<InferenceRequest> waiting = enqueue(1_000);

        platform.updateEndpoint(name, name + "-2");

        awaitStatus(EndpointStatus.IN_SERVICE);
        eventually().untilAsserted(() -> assertThat(platform.serving(name).id()).isNotEqualTo(old.id()));
        List<InferenceRequest> later = enqueue(10);
        gate.countDown();
        eventually().untilAsserted(() -> {
            assertThat(waiting).allMatch(request -> platform.end(request).isPresent());
            assertThat(later).allMatch(request -> platform.end(request).isPresent());
        });
        eventually().untilAsserted(() -> {
            assertThat(platform.endpoint(name).orElseThrow().draining()).isEmpty();
            assertThat(platform.lanes().list()).doesNotContainAnyElementsOf(old.lanes());
        });
    }

    @Test
    void makesRoomForANewGenerationOnAFullHost() {
        willingHost(1);
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);
        Generation old = platform.serving(name);

        platform.updateEndpoint(name, name + "-2");

        eventually().untilAsserted(() -> assertThat(platform.serving(name).id()).isNotEqualTo(old.id()));
        eventually()
                .untilAsserted(
                        () -> assertThat(platform.endpoint(name).orElseThrow().draining())
                                .isEmpty());
    }

    @Test
    void rollsBackAGenerationThatDoesNotGetHealthy() {
        String bad = name + "-bad";
        hosts.add(new ScriptedHost(
                platform,
                "host-" + name,
                4,
                spec -> String.valueOf(spec.modelData()).contains(bad) ? Script.UNUSABLE : Script.READY,
                (_, request) -> platform.complete(request)));
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);
        Generation old = platform.serving(name);

        platform.updateEndpoint(name, bad);

        eventually().untilAsserted(() -> {
            EndpointResource endpoint = platform.endpoint(name).orElseThrow();
            assertThat(endpoint.status()).isEqualTo(EndpointStatus.IN_SERVICE);
            assertThat(endpoint.failureReason()).isEqualTo("model.onnx: not a model");
            assertThat(endpoint.generations()).hasSize(1);
        });
        assertThat(platform.serving(name).id()).isEqualTo(old.id());
        InferenceRequest request = platform.enqueue(name, "1");
        eventually().untilAsserted(() -> assertThat(platform.end(request)).isPresent());
    }

    @Test
    void endsWhatWaitsForADeletedEndpointAndLeavesNothing() {
        var replies = new ConcurrentHashMap<String, Reply>();
        hosts.add(new ScriptedHost(platform, "host-" + name, 1, _ -> Script.READY, (_, _) -> {}));
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);
        Generation serving = platform.serving(name);
        hosts.removeFirst().close();
        List<InferenceRequest> waiting = enqueue(300);
        try (var receiver = platform.replies()
                .receive(
                        "gateway-" + name,
                        reply -> replies.put(reply.invocationId().toString(), reply))) {
            ReplyAddress address = receiver.address();
            InferenceRequest realTime =
                    platform.enqueue(name, LaneId.Kind.REAL_TIME, "rt", new Delivery.RealTime(address));

            platform.deleteEndpoint(name);

            eventually().untilAsserted(() -> assertThat(platform.endpoint(name)).isEmpty());
            assertThat(platform.lanes().list()).doesNotContainAnyElementsOf(serving.lanes());
            assertThat(waiting)
                    .allSatisfy(request -> assertThat(platform.end(request))
                            .hasValueSatisfying(end -> assertThat(end)
                                    .isInstanceOfSatisfying(
                                            InvocationEvent.Failed.class,
                                            failed ->
                                                    assertThat(failed.code()).isEqualTo(ErrorCode.ENDPOINT_DELETED))));
            eventually()
                    .untilAsserted(() -> assertThat(
                                    replies.get(realTime.invocationId().toString()))
                            .isInstanceOfSatisfying(
                                    Reply.Failure.class,
                                    reply -> assertThat(reply.code()).isEqualTo(ErrorCode.ENDPOINT_DELETED)));
        }
        InferenceRequest one = waiting.getFirst();
        assertThat(platform.store().head(platform.objects().failure(name, one.invocationId())))
                .isPresent();
        assertThat(platform.store().get(platform.objects().input(one.invocationId()), 100))
                .hasValueSatisfying(kept -> assertThat(kept.body().utf8()).isEqualTo("0"));
    }

    @Test
    void endsADeadLetteredRequestAndTrimsPastIt() {
        var deaths = new ConcurrentHashMap<String, Integer>();
        BiConsumer<WorkerSpec, AcquiredRequest> work = (_, request) -> {
            if (request.request().input().toString().contains("6 bytes")) {
                deaths.merge("poison", 1, Integer::sum);
                request.acknowledge(new Outcome.Malformed("it cannot be run"));
            } else {
                platform.complete(request);
            }
        };
        hosts.add(new ScriptedHost(platform, "host-" + name, 2, _ -> Script.READY, work));
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);

        InferenceRequest poison = platform.enqueue(name, "poison");
        List<InferenceRequest> others = enqueue(20);

        eventually()
                .untilAsserted(() -> assertThat(platform.end(poison))
                        .hasValueSatisfying(end -> assertThat(end)
                                .isInstanceOfSatisfying(InvocationEvent.Failed.class, failed -> {
                                    assertThat(failed.code()).isEqualTo(ErrorCode.MODEL_CRASHED);
                                    assertThat(failed.attempt()).isEqualTo(1);
                                })));
        assertThat(deaths).isEqualTo(Map.of("poison", 1));
        eventually()
                .untilAsserted(() -> assertThat(others)
                        .allMatch(request -> platform.end(request).isPresent()));
        LaneId lane = platform.serving(name).lanes().getLast();
        eventually()
                .untilAsserted(() -> assertThat(platform.lanes().read(lane, 20)).isEmpty());
    }

    @Test
    void opensAnotherLaneWhenOneRequestHoldsUpTheWindow() {
        var gate = new CountDownLatch(1);
        BiConsumer<WorkerSpec, AcquiredRequest> work = (_, request) -> {
            if (request.request().input().toString().contains("4 bytes")) {
                awaitGate(gate);
            }
            platform.complete(request);
        };
        hosts.add(new ScriptedHost(platform, "host-" + name, 2, _ -> Script.READY, work));
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);

        InferenceRequest slow = platform.enqueue(name, "slow");
        List<InferenceRequest> quick = enqueue(150);

        eventually()
                .untilAsserted(() -> assertThat(quick)
                        .allMatch(request -> platform.end(request).isPresent()));
        eventually()
                .untilAsserted(() -> assertThat(platform.serving(name).lanes()).hasSize(3));
        InferenceRequest later = platform.enqueue(name, "7");
        eventually().untilAsserted(() -> assertThat(platform.end(later)).isPresent());
        gate.countDown();
        eventually().untilAsserted(() -> assertThat(platform.end(slow)).isPresent());
    }

    @Test
    void placesTheWorkersOfALostHostElsewhere() {
        hosts.add(new ScriptedHost(
                platform, "host-a-" + name, 1, _ -> Script.READY, (_, request) -> awaitGate(new CountDownLatch(1))));
        controller.start();
        platform.createEndpoint(name);
        awaitStatus(EndpointStatus.IN_SERVICE);
        InferenceRequest request = platform.enqueue(name, "1");
        ScriptedHost other = ScriptedHost.willing(platform, "host-b-" + name, 1);
        hosts.add(other);

        hosts.getFirst().loseContact();

        eventually().untilAsserted(() -> assertThat(running(other)).hasSize(1));
        hosts.removeFirst().close();
        eventually().untilAsserted(() -> assertThat(platform.end(request)).isPresent());
    }

    @Test
    void convergesHoweverOftenItIsStopped() {
        willingHost(3);
        controller.start();
        platform.createEndpoint(name);
        restartUntil(() -> platform.endpoint(name)
                .filter(endpoint -> endpoint.status() == EndpointStatus.IN_SERVICE)
                .isPresent());
        Generation old = platform.serving(name);
        List<InferenceRequest> waiting = enqueue(200);
        platform.updateEndpoint(name, name + "-2");
        restartUntil(() -> platform.endpoint(name)
                .filter(endpoint -> endpoint.status() == EndpointStatus.IN_SERVICE
                        && endpoint.draining().isEmpty()
                        && endpoint.serving() != null
                        && !endpoint.serving().id().equals(old.id()))
                .isPresent());
        assertThat(waiting).allMatch(request -> platform.end(request).isPresent());
        List<LaneId> lanes = platform.serving(name).lanes();
        platform.deleteEndpoint(name);
        restartUntil(() -> platform.endpoint(name).isEmpty());

        assertThat(platform.lanes().list()).doesNotContainAnyElementsOf(lanes);
    }

    /// Stops the controller after ever longer times until the condition holds.
    private void restartUntil(Callable<Boolean> condition) {
        for (int round = 1; ; round++) {
            try {
                await().atMost(Duration.ofMillis(500L * round))
                        .pollInterval(Duration.ofMillis(10))
                        .until(condition);
                return;
            } catch (ConditionTimeoutException e) {
                if (round > 20) {
                    throw e;
                }
                controller.close();
                controller.start();
            }
        }
    }

    private ScriptedHost willingHost(int maxWorkers) {
        ScriptedHost host = ScriptedHost.willing(platform, "host-" + name, maxWorkers);
        hosts.add(host);
        return host;
    }

    private void host(int maxWorkers, Function<WorkerSpec, Script> script) {
        hosts.add(new ScriptedHost(platform, "host-" + name, maxWorkers, script, (_, _) -> {}));
    }

    private List<WorkerSpec> running(ScriptedHost host) {
        return host.running().stream()
                .filter(spec -> spec.endpoint().equals(name))
                .toList();
    }

    private List<InferenceRequest> enqueue(int count) {
        var requests = new ArrayList<InferenceRequest>();
        for (int i = 0; i < count; i++) {
            requests.add(platform.enqueue(name, Integer.toString(i)));
        }
        return requests;
    }

    private EndpointResource awaitStatus(EndpointStatus status) {
        eventually()
                .untilAsserted(() -> assertThat(platform.endpoint(name).map(EndpointResource::status))
                        .hasValue(status));
        return platform.endpoint(name).orElseThrow();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    private static void awaitGate(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

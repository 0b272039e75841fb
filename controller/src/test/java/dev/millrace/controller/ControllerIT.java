package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controller.ScriptedHost.Script;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.AcquiredRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class ControllerIT extends ControlledEndpoint {
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
}

package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controller.ScriptedHost.Script;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.invocation.port.AcquiredRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/// Updates and deletions of endpoints, however often the controller is stopped in between.
class RolloutIT extends ControlledEndpoint {
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
}

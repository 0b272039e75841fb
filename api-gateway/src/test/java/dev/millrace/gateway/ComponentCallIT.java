package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.port.Feed;
import dev.millrace.testkit.SharedServers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Calls to inference components.
class ComponentCallIT {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = new TestGateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aCallThatFindsNoCopyIsHeldWakesOneAndIsCounted() throws Exception {
        InferenceComponentResource component = gateway.component();
        Set<GenerationId> woken = ConcurrentHashMap.newKeySet();
        double countedBefore = counted();
        try (var signals =
                        gateway.feeds.wakeSignals().follow(new Feed.Start.End(), (_, signal) -> note(signal, woken));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            signals.caughtUp().toCompletableFuture().join();

            var answer = CompletableFuture.supplyAsync(() -> invoke(component.endpoint(), component.name()), threads);

            await().until(() -> woken.contains(serving(component)));
            assertThat(counted()).isEqualTo(countedBefore + 1);
            assertThat(answer).isNotDone();
            gateway.serve(realTimeLane(component), new EchoWorker(gateway));
            assertThat(answer.get().statusCode()).isEqualTo(200);
            assertThat(answer.get().body()).isEqualTo("1,2,3");
            assertThat(answer.get().headers().firstValue("x-Amzn-Invoked-Production-Variant"))
                    .hasValue("AllTraffic");
        }
    }

    @Test
    void aCallThatFindsACopyIsNotCounted() {
        InferenceComponentResource component = gateway.component();
        gateway.serve(realTimeLane(component), new EchoWorker(gateway));
        gateway.catalog.update(
                ResourceKind.INFERENCE_COMPONENT,
                component.name(),
                each -> each.withGeneration(serving(component), generation -> generation.withInstances(1, 1)));
        double countedBefore = counted();

        assertThat(invoke(component.endpoint(), component.name()).statusCode()).isEqualTo(200);

        assertThat(counted()).isEqualTo(countedBefore);
    }

    @Test
    void aCallIsRefusedInSageMakersWordsWhereASettingSaysSo() {
        try (var strict = new TestGateway(
                SharedServers.kafka(),
                SharedServers.store(),
                TestGateway.newBucket(),
                TestGateway.config(Map.of("gateway.hold-without-capacity", "false")))) {
            InferenceComponentResource component = strict.component();

            HttpResponse<String> refused = strict.send(request(strict, component.endpoint(), component.name()));

            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.headers().firstValue("x-amzn-ErrorType")).hasValue("ValidationError");
            assertThat(refused.body())
                    .contains("Inference Component has no capacity to process this request.")
                    .contains("UpdateInferenceComponentRuntimeConfig API.");
            assertThat(strict.metrics.counter("gateway.no-capacity").count()).isEqualTo(1);
        }
    }

    @Test
    void aCallNamesAComponentExactlyWhereThereAreComponents() {
        InferenceComponentResource component = gateway.component();
        EndpointName plain = gateway.endpoint(false);

        assertThat(invoke(component.endpoint(), null).body()).contains("InferenceComponentName is required");
        assertThat(invoke(component.endpoint(), "none").body())
                .contains("Inference component none of account 000000000000 not found");
        assertThat(invoke(plain, component.name()).body()).contains("hosts no inference components");
        gateway.control("DeleteInferenceComponent", """
                {"InferenceComponentName":"%s"}""".formatted(component.name()));
        assertThat(invoke(component.endpoint(), component.name()).body()).contains("its status is Deleting");
    }

    private static double counted() {
        return gateway.metrics.counter("gateway.no-capacity").count();
    }

    private static void note(@Nullable WakeSignal signal, Set<GenerationId> woken) {
        if (signal != null) {
            woken.add(signal.generation());
        }
    }

    private static GenerationId serving(InferenceComponentResource component) {
        return Objects.requireNonNull(component.serving()).id();
    }

    private static LaneId realTimeLane(InferenceComponentResource component) {
        return Objects.requireNonNull(component.serving()).lanes().stream()
                .filter(lane -> lane.kind() == LaneId.Kind.REAL_TIME)
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> invoke(EndpointName endpoint, @Nullable String component) {
        return gateway.send(request(gateway, endpoint, component));
    }

    private static HttpRequest.Builder request(TestGateway at, EndpointName endpoint, @Nullable String component) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at.uri("/endpoints/" + endpoint + "/invocations"))
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString("1,2,3"));
        return component == null ? request : request.header("X-Amzn-SageMaker-Inference-Component", component);
    }
}

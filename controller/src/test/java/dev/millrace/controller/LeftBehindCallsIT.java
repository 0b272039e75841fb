package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controller.ScriptedHost.Script;
import dev.millrace.controlplane.EndpointIncarnation;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.LaneId;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is promised for calls where workers or endpoints are gone.
class LeftBehindCallsIT {
    private final TestPlatform platform = new TestPlatform();
    private final EndpointName name = Requests.endpoint();
    private final RunningController controller = platform.controller(ControllerIT.CONFIG);

    @AfterEach
    void removeEverything() {
        if (platform.endpoint(name).isPresent()) {
            platform.deleteEndpoint(name);
            eventually().untilAsserted(() -> assertThat(platform.endpoint(name)).isEmpty());
        }
        controller.close();
        platform.close();
    }

    @Test
    void keepsTheSecretsOfDeletedEndpointsForWhatIsStillOwed() {
        controller.start();
        Secret first;
        Secret second;
        try (ScriptedHost _ = host()) {
            first = createAndDelete();

            second = createAndDelete();
        }

        assertThat(second).isNotEqualTo(first);
        assertThat(kept()).extracting(EndpointIncarnation::webhookSecret).containsExactly(first, second);
        var sweep = new DeletedEndpointSweep(
                platform.catalog(),
                Duration.ofDays(30),
                InstantSource.offset(InstantSource.system(), Duration.ofDays(29)));
        sweep.sweep(name::equals);
        assertThat(kept()).hasSize(2);
        sweep = new DeletedEndpointSweep(
                platform.catalog(),
                Duration.ofDays(30),
                InstantSource.offset(InstantSource.system(), Duration.ofDays(31)));
        sweep.sweep(name::equals);
        assertThat(kept()).isEmpty();
    }

    @Test
    void expiresWhatIsOverdueWhileNoWorkerCanRunAndLeavesTheRestToTheNextWorker() {
        controller.start();
        try (ScriptedHost _ = host()) {
            platform.createEndpoint(name);
            awaitStatus(EndpointStatus.IN_SERVICE);
        }
        eventually()
                .untilAsserted(() ->
                        assertThat(platform.serving(name).currentInstances()).isZero());
        InferenceRequest patient = platform.enqueue(name, "patient");
        InferenceRequest hasty = platform.enqueue(name, LaneId.Kind.ASYNCHRONOUS, "hasty", null, Duration.ofSeconds(1));
        InferenceRequest soon = platform.enqueue(name, LaneId.Kind.ASYNCHRONOUS, "soon", null, Duration.ofSeconds(8));

        eventually().untilAsserted(() -> {
            assertThat(platform.end(hasty)).containsInstanceOf(InvocationEvent.Expired.class);
            assertThat(platform.end(soon)).containsInstanceOf(InvocationEvent.Expired.class);
        });

        assertThat(platform.store().get(platform.objects().failure(name, hasty.invocationId()), 1_000))
                .hasValueSatisfying(failure -> assertThat(failure.body().utf8()).contains("RequestTTLSeconds"));
        assertThat(platform.store().get(platform.objects().input(hasty.invocationId()), 100))
                .hasValueSatisfying(kept -> assertThat(kept.body().utf8()).isEqualTo("hasty"));
        assertThat(platform.end(patient)).isEmpty();
        try (ScriptedHost _ = host()) {
            eventually()
                    .untilAsserted(() ->
                            assertThat(platform.end(patient)).containsInstanceOf(InvocationEvent.Completed.class));
        }
    }

    private Secret createAndDelete() {
        platform.createEndpoint(name);
        EndpointResource endpoint = awaitStatus(EndpointStatus.IN_SERVICE);
        platform.deleteEndpoint(name);
        eventually().untilAsserted(() -> assertThat(platform.endpoint(name)).isEmpty());
        return endpoint.webhookSecret();
    }

    private List<EndpointIncarnation> kept() {
        return platform.catalog().load(ResourceKind.DELETED_ENDPOINT, name.value()).stream()
                .flatMap(deleted -> deleted.incarnations().stream())
                .toList();
    }

    private ScriptedHost host() {
        return new ScriptedHost(
                platform, "host-" + name, 2, _ -> Script.READY, (_, acquired) -> platform.complete(acquired));
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
}

package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controller.ScriptedHost.Script;
import dev.millrace.controlplane.EndpointIncarnation;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.time.Instant;
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

    @Test
    void deletesTheObjectOfASecondDifferentEndAndNeverTheFirst() {
        controller.start();
        InvocationSummary completedFirst = callWithEveryObject();
        InvocationSummary failedFirst = callWithEveryObject();

        publish(completed(completedFirst));
        publish(failed(completedFirst));
        publish(failed(failedFirst));
        publish(completed(failedFirst));

        eventually().untilAsserted(() -> {
            assertThat(platform.store().head(completedFirst.failureLocation())).isEmpty();
            assertThat(platform.store().head(failedFirst.outputLocation())).isEmpty();
        });
        assertThat(platform.store().head(completedFirst.outputLocation())).isPresent();
        assertThat(platform.store().head(failedFirst.failureLocation())).isPresent();
        assertThat(platform.store().head(platform.objects().input(failedFirst.invocationId())))
                .isPresent();
    }

    private InvocationSummary callWithEveryObject() {
        InferenceRequest template = Requests.asynchronous("x");
        InvocationId id = template.invocationId();
        var summary = new InvocationSummary(
                id,
                template.inferenceId(),
                name,
                template.variant(),
                null,
                platform.objects().output(name, id),
                platform.objects().failure(name, id),
                null,
                null,
                null,
                null,
                template.acceptedAt());
        List.of(platform.objects().input(id), summary.outputLocation(), summary.failureLocation())
                .forEach(at -> platform.store()
                        .put(at, Payload.ofUtf8("x"), new ObjectAttributes("text/plain", id), WriteCondition.ALWAYS));
        return summary;
    }

    private void publish(InvocationEvent event) {
        Stages.await(platform.feeds().events().publish(event.invocationId().toString(), event));
    }

    private static InvocationEvent completed(InvocationSummary call) {
        var timings = new Timings(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        return new InvocationEvent.Completed(call, Instant.now(), 1, "text/plain", 1, timings, null);
    }

    private static InvocationEvent failed(InvocationSummary call) {
        return new InvocationEvent.Failed(call, Instant.now(), 1, ErrorCode.MODEL_ERROR, "no");
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

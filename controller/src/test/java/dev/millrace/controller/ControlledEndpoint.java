package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controller.ScriptedHost.Script;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.WorkerSpec;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;

/// An endpoint that a controller drives on a real broker and a real store, with worker hosts that follow a script.
abstract class ControlledEndpoint {
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

    final TestPlatform platform = new TestPlatform();
    final EndpointName name = Requests.endpoint();
    final RunningController controller = platform.controller(CONFIG);
    final List<ScriptedHost> hosts = new ArrayList<>();

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

    ScriptedHost willingHost(int maxWorkers) {
        ScriptedHost host = ScriptedHost.willing(platform, "host-" + name, maxWorkers);
        hosts.add(host);
        return host;
    }

    void host(int maxWorkers, Function<WorkerSpec, Script> script) {
        hosts.add(new ScriptedHost(platform, "host-" + name, maxWorkers, script, (_, _) -> {}));
    }

    List<WorkerSpec> running(ScriptedHost host) {
        return host.running().stream()
                .filter(spec -> spec.endpoint().equals(name))
                .toList();
    }

    List<InferenceRequest> enqueue(int count) {
        var requests = new ArrayList<InferenceRequest>();
        for (int i = 0; i < count; i++) {
            requests.add(platform.enqueue(name, Integer.toString(i)));
        }
        return requests;
    }

    EndpointResource awaitStatus(EndpointStatus status) {
        eventually()
                .untilAsserted(() -> assertThat(platform.endpoint(name).map(EndpointResource::status))
                        .hasValue(status));
        return platform.endpoint(name).orElseThrow();
    }

    static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    static void awaitGate(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

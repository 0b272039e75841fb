package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.invocation.EndpointName;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `UpdateEndpointWeightsAndCapacities`: a count that somebody asks for, as users do who warm their model up.
class WantedCapacityIT {
    private final TestPlatform platform = new TestPlatform();
    private final EndpointName name = Requests.endpoint();
    private final RunningController controller = platform.controller(ControlledEndpoint.CONFIG);
    private final ScriptedHost host = ScriptedHost.willing(platform, "host-" + name, 3);

    @BeforeEach
    void createEndpoint() {
        controller.start();
        platform.createEndpoint(name);
        awaitInService();
    }

    @AfterEach
    void removeEverything() {
        platform.deleteEndpoint(name);
        eventually().untilAsserted(() -> assertThat(platform.endpoint(name)).isEmpty());
        host.close();
        controller.close();
        platform.close();
    }

    @Test
    void isThereWhenTheEndpointIsInServiceAgainAndStaysWhenIdle() {
        want(2);

        assertThat(platform.endpoint(name).orElseThrow().status()).isEqualTo(EndpointStatus.UPDATING);
        awaitInService();
        assertThat(running()).isEqualTo(2);
        assertThat(platform.serving(name).wantedInstances()).isEqualTo(2);
        await().during(ControlledEndpoint.CONFIG.scaling().idleTime().plusSeconds(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> running() == 2);
    }

    @Test
    void ofZeroEndsTheWorkersAtOnceAndACallWakesOneAgain() {
        want(1);
        awaitInService();

        want(0);
        awaitInService();
        eventually().untilAsserted(() -> assertThat(running()).isZero());
        var request = platform.enqueue(name, "1");

        eventually().untilAsserted(() -> assertThat(platform.end(request)).isPresent());
        assertThat(platform.serving(name).wantedInstances()).isZero();
    }

    @Test
    void thatDoesNotFitOnTheHostsIsGivenUpWithTheReason() {
        want(5);

        EndpointResource endpoint = awaitInService();

        assertThat(endpoint.failureReason()).startsWith("3 of 5 workers are ready");
        assertThat(platform.serving(name).wantedInstances()).isEqualTo(5);
    }

    @Test
    void isKeptOverAnUpdateThatRetainsIt() {
        want(2);
        awaitInService();
        var before = platform.serving(name).id();
        String model = name + "-next";
        platform.createModel(model);
        platform.createConfig(model, model, 1);

        platform.call("UpdateEndpoint", """
                {"EndpointName":"%s","EndpointConfigName":"%s","RetainAllVariantProperties":true}
                """.formatted(name, model));

        eventually()
                .untilAsserted(() -> assertThat(Objects.requireNonNull(
                                        platform.endpoint(name).orElseThrow().serving())
                                .id())
                        .isNotEqualTo(before));
        assertThat(platform.serving(name).wantedInstances()).isEqualTo(2);
    }

    private void want(int count) {
        platform.call("UpdateEndpointWeightsAndCapacities", """
                {"EndpointName":"%s","DesiredWeightsAndCapacities":
                 [{"VariantName":"AllTraffic","DesiredWeight":1,"DesiredInstanceCount":%d}]}
                """.formatted(name, count));
    }

    private EndpointResource awaitInService() {
        eventually()
                .untilAsserted(() -> assertThat(platform.endpoint(name).map(EndpointResource::status))
                        .hasValue(EndpointStatus.IN_SERVICE));
        return platform.endpoint(name).orElseThrow();
    }

    private long running() {
        return host.running().stream()
                .filter(spec -> spec.endpoint().equals(name))
                .count();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }
}

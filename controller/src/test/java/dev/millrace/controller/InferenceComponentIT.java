package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.controlplane.ComponentStatus;
import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InferenceComponentIT {
    private final TestPlatform platform = new TestPlatform();
    private final EndpointName name = Requests.endpoint();
    private final RunningController controller = platform.controller(ControlledEndpoint.CONFIG);
    private final ScriptedHost host = ScriptedHost.willing(platform, "host-" + name, 8);

    /// Instances of 8 GB, up to two of them.
    @BeforeEach
    void createHost() {
        controller.start();
        platform.createModel(name.value());
        platform.call("CreateEndpointConfig", """
                {"EndpointConfigName":"%s","ExecutionRoleArn":"arn:aws:iam::000000000000:role/any",
                 "ProductionVariants":[{"VariantName":"AllTraffic","InstanceType":"ml.m5.large",
                   "InitialInstanceCount":1,
                   "ManagedInstanceScaling":{"Status":"ENABLED","MinInstanceCount":0,"MaxInstanceCount":2}}]}
                """.formatted(name));
        platform.call("CreateEndpoint", """
                {"EndpointName":"%s","EndpointConfigName":"%s"}""".formatted(name, name));
        eventually()
                .untilAsserted(
                        () -> assertThat(platform.endpoint(name).orElseThrow().status())
                                .isEqualTo(EndpointStatus.IN_SERVICE));
    }

    @AfterEach
    void removeEverything() {
        for (String component : List.of("a", "b")) {
            find(component).ifPresent(_ -> {
                eventually()
                        .ignoreExceptions()
                        .untilAsserted(() -> platform.call("DeleteInferenceComponent", """
                        {"InferenceComponentName":"%s"}""".formatted(id(component))));
                eventually().untilAsserted(() -> assertThat(find(component)).isEmpty());
            });
        }
        platform.deleteEndpoint(name);
        eventually().untilAsserted(() -> assertThat(platform.endpoint(name)).isEmpty());
        assertThat(platform.lanes().list()).noneMatch(lane -> lane.endpoint().equals(name));
        host.close();
        controller.close();
        platform.close();
    }

    @Test
    void anEndpointWithNothingOnItIsInServiceWithoutWorkersOrInstances() {
        assertThat(platform.serving(name).currentInstances()).isZero();
        assertThat(running()).isZero();
    }

    @Test
    void aComponentHasWorkersAndLanesOfItsOwnAndTakesAnInstance() {
        create("a", 1024, 1);

        awaitStatus("a", ComponentStatus.IN_SERVICE);
        Generation serving = serving("a");
        assertThat(platform.lanes().list()).containsAll(serving.lanes());
        eventually().untilAsserted(() -> {
            assertThat(component("a").currentCopies()).isEqualTo(1);
            assertThat(platform.serving(name).currentInstances()).isEqualTo(1);
        });
    }

    @Test
    void anIdleComponentGoesToZeroAndWakesAtACallWhileTheDesiredCopiesStay() {
        create("a", 1024, 1);
        awaitStatus("a", ComponentStatus.IN_SERVICE);
        eventually().untilAsserted(() -> {
            assertThat(running()).isZero();
            assertThat(component("a").currentCopies()).isZero();
            assertThat(platform.serving(name).currentInstances()).isZero();
        });

        Stages.await(platform.feeds()
                .wakeSignals()
                .publish(name.value(), new WakeSignal(name, serving("a").id())));

        eventually().untilAsserted(() -> assertThat(running()).isEqualTo(1));
        assertThat(component("a").desiredCopies()).isEqualTo(1);
    }

    @Test
    void aCountThatIsAskedForIsThereAtOnceAndStays() {
        create("a", 1024, 0);
        awaitStatus("a", ComponentStatus.IN_SERVICE);
        assertThat(running()).as("no copy is tried where none is wanted").isZero();

        resize("a", 2);

        eventually().untilAsserted(() -> assertThat(running()).isEqualTo(2));
        awaitStatus("a", ComponentStatus.IN_SERVICE);
        await().during(ControlledEndpoint.CONFIG.scaling().idleTime().plusSeconds(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> running() == 2);
        resize("a", 0);
        eventually().untilAsserted(() -> assertThat(running()).isZero());
        awaitStatus("a", ComponentStatus.IN_SERVICE);
    }

    @Test
    void aCopyThatFitsOnNoInstanceFailsTheComponent() {
        create("a", 8_193, 1);

        assertThat(awaitStatus("a", ComponentStatus.FAILED).failureReason())
                .isEqualTo(CapacitySettlement.NO_ROOM_ON_INSTANCES);
    }

    @Test
    void componentsShareTheInstancesOfTheirEndpoint() {
        create("a", 5_000, 0);
        awaitStatus("a", ComponentStatus.IN_SERVICE);
        resize("a", 1);
        eventually()
                .untilAsserted(() -> assertThat(component("a").currentCopies()).isEqualTo(1));
        create("b", 5_000, 0);
        awaitStatus("b", ComponentStatus.IN_SERVICE);

        resize("b", 3);

        InferenceComponentResource full = awaitStatus("b", ComponentStatus.IN_SERVICE);
        assertThat(full.failureReason()).isEqualTo(CapacitySettlement.NO_ROOM_ON_INSTANCES);
        eventually().untilAsserted(() -> {
            assertThat(component("b").currentCopies()).isEqualTo(1);
            assertThat(platform.serving(name).currentInstances()).isEqualTo(2);
        });
    }

    @Test
    void anotherModelTakesTheCallsOnceItIsReady() {
        create("a", 1024, 1);
        awaitStatus("a", ComponentStatus.IN_SERVICE);
        Generation before = serving("a");
        platform.createModel(id("second"));

        platform.call("UpdateInferenceComponent", """
                {"InferenceComponentName":"%s","Specification":{"ModelName":"%s",
                 "ComputeResourceRequirements":{"MinMemoryRequiredInMb":512}}}""".formatted(id("a"), id("second")));

        eventually().untilAsserted(() -> {
            assertThat(serving("a").id()).isNotEqualTo(before.id());
            assertThat(component("a").draining()).isEmpty();
        });
        assertThat(platform.lanes().list()).doesNotContainAnyElementsOf(before.lanes());
    }

    @Test
    void aControllerThatStartsAgainGoesOnWithItsComponents() {
        create("a", 1024, 0);
        awaitStatus("a", ComponentStatus.IN_SERVICE);
        controller.close();
        resize("a", 1);

        controller.start();

        awaitStatus("a", ComponentStatus.IN_SERVICE);
        eventually().untilAsserted(() -> assertThat(running()).isEqualTo(1));
    }

    private void create(String component, int memoryMb, int copies) {
        platform.call("CreateInferenceComponent", """
                {"InferenceComponentName":"%s","EndpointName":"%s","VariantName":"AllTraffic",
                 "Specification":{"ModelName":"%s",
                   "ComputeResourceRequirements":{"MinMemoryRequiredInMb":%d}},
                 "RuntimeConfig":{"CopyCount":%d}}""".formatted(id(component), name, name, memoryMb, copies));
    }

    private void resize(String component, int copies) {
        platform.call("UpdateInferenceComponentRuntimeConfig", """
                {"InferenceComponentName":"%s","DesiredRuntimeConfig":{"CopyCount":%d}}
                """.formatted(id(component), copies));
    }

    private String id(String component) {
        return name + "-" + component;
    }

    private Optional<InferenceComponentResource> find(String component) {
        return platform.catalog().find(ResourceKind.INFERENCE_COMPONENT, id(component));
    }

    private InferenceComponentResource component(String component) {
        return find(component).orElseThrow();
    }

    private Generation serving(String component) {
        return Objects.requireNonNull(component(component).serving());
    }

    private InferenceComponentResource awaitStatus(String component, ComponentStatus status) {
        eventually()
                .untilAsserted(() -> assertThat(component(component).status()).isEqualTo(status));
        return component(component);
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

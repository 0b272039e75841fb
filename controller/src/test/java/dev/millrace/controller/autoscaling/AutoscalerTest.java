package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.ALARM;
import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;
import static dev.millrace.controlplane.ResourceKind.SCALING_POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.ScalingActivity;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    private static final Map<String, String> OF_ENDPOINT = Map.of("EndpointName", "e");
    private static final String TO_ZERO = "Setting desired instance count to 0. | monitor alarm "
            + "TargetTracking-endpoint/e/variant/main-AlarmLow in state ALARM triggered policy tracking";

    private final AutoscalingFixture fixture = new AutoscalingFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /// One round every ten seconds at that concurrency of each worker.
    private void rounds(int count, double concurrency) {
        for (int i = 0; i < count; i++) {
            fixture.pass(Duration.ofSeconds(10));
            if (fixture.capacity() > 0) {
                fixture.concurrency(concurrency);
            }
            fixture.round();
        }
    }

    private void waiting(int count) {
        fixture.metric("HasBacklogWithoutCapacity", OF_ENDPOINT, count);
    }

    /// Seed 003: fifteen idle minutes to zero, out again by a step policy, one step for each cooldown.
    @Test
    void goesToZeroWhenIdleAndComesBackByTheStepPolicy() {
        fixture.register(0, 3);
        fixture.track("tracking", 5, 300, 300);
        fixture.stepOut("steps", "HasBacklogWithoutCapacity", 60);
        fixture.round();

        rounds(89, 0);
        assertThat(fixture.wanted()).isEqualTo(1);
        rounds(1, 0);
        assertThat(fixture.wanted()).isZero();
        rounds(30, 0);
        assertThat(fixture.wanted()).isZero();
        for (int i = 0; i < 12; i++) {
            waiting(1);
            rounds(1, 2);
        }

        assertThat(fixture.story())
                .startsWith(
                        "+900 " + TO_ZERO,
                        "+1210 Setting desired instance count to 1. | monitor alarm steps-alarm in state ALARM "
                                + "triggered policy steps",
                        "+1270 Setting desired instance count to 2. | monitor alarm steps-alarm in state ALARM "
                                + "triggered policy steps");
    }

    /// The call that trips the alarm has woken a worker, which counts for nothing until a policy wants one.
    @Test
    void makesTheWorkerStayThatACallWoke() {
        fixture.register(0, 1);
        fixture.track("tracking", 5, 300, 300);
        fixture.stepOut("steps", "HasBacklogWithoutCapacity", 60);
        fixture.round();
        rounds(90, 0);
        assertThat(fixture.wanted()).isZero();

        waiting(1);
        fixture.workers(1);
        fixture.pass(Duration.ofSeconds(10));
        fixture.round();

        assertThat(fixture.wanted()).isEqualTo(1);
    }

    @Test
    void addsInProportionToTheMetricAndOnlyWhatTheCooldownLeavesOpen() {
        fixture.register(1, 10);
        fixture.track("tracking", 5, 120, 300);
        fixture.round();
        rounds(3, 12);
        assertThat(fixture.wanted()).isEqualTo(3);

        // The same again counts from one worker as long as the cooldown lasts: the two that came are those it wants.
        rounds(11, 12);
        assertThat(fixture.wanted()).isEqualTo(3);
        rounds(1, 12);
        assertThat(fixture.wanted()).isEqualTo(8);
        // More than that is let through within the cooldown.
        rounds(6, 30);
        assertThat(fixture.wanted()).isEqualTo(10);

        assertThat(fixture.activities().getFirst().statusMessage())
                .isEqualTo(
                        "Successfully set desired instance count to 10. Change successfully fulfilled by sagemaker.");
    }

    @Test
    void saysOnceThatItIsAtItsMaximum() {
        fixture.register(1, 2);
        fixture.track("tracking", 5, 0, 0);
        fixture.round();

        rounds(30, 50);

        assertThat(fixture.wanted()).isEqualTo(2);
        assertThat(fixture.activities())
                .filteredOn(each -> each.notScaled() != null)
                .singleElement()
                .extracting(ScalingActivity::notScaled)
                .isEqualTo(new ScalingActivity.NotScaled("AlreadyAtMaxCapacity", 1, 2, 2));
    }

    @Test
    void doesNotFlapBetweenAHighAndALowMetric() {
        fixture.register(1, 10);
        fixture.track("tracking", 5, 60, 300);
        fixture.round();

        for (int i = 0; i < 60; i++) {
            rounds(2, 12);
            rounds(2, 0);
        }

        assertThat(fixture.story()).isEmpty();
        assertThat(fixture.wanted()).isEqualTo(1);
    }

    @Test
    void scalesInNeitherDirectionWithoutData() {
        fixture.register(0, 10);
        fixture.track("tracking", 5, 0, 0);
        fixture.round();
        fixture.catalog.all(ALARM).forEach(alarm -> fixture.setAlarm(alarm.name(), AlarmState.Value.ALARM));

        fixture.autoscaler.round(_ -> true, true);

        assertThat(fixture.activities()).isEmpty();
        assertThat(fixture.wanted()).isEqualTo(1);
    }

    @Test
    void takesCapacityAwayOnlyWhenEveryTrackingPolicyAgrees() {
        fixture.register(0, 10);
        fixture.track("tracking", 5, 0, 0);
        fixture.scaling(
                "PutScalingPolicy",
                AutoscalingFixture.TARGET + ",'PolicyName':'cpu','PolicyType':'TargetTrackingScaling',"
                        + "'TargetTrackingScalingPolicyConfiguration':{'TargetValue':50,'CustomizedMetricSpecification':"
                        + "{'Namespace':'AWS/SageMaker','MetricName':'Cpu','Statistic':'Average'}}");
        fixture.workers(4);
        fixture.round();

        // Until a minute is over, so that no period of the alarm holds both values.
        for (int i = 0; i < 103; i++) {
            fixture.metric("Cpu", Map.of(), 45.5);
            rounds(1, 0);
        }
        assertThat(fixture.wanted()).isEqualTo(4);
        for (int i = 0; i < 100; i++) {
            fixture.metric("Cpu", Map.of(), 20);
            rounds(1, 0);
        }

        // The policy that leaves most wins: 4 at 20 % are 2 at 40 %.
        assertThat(fixture.wanted()).isEqualTo(2);
    }

    @Test
    void holdsBackWhatIsSuspended() {
        fixture.register(0, 10);
        fixture.track("tracking", 5, 0, 0);
        fixture.scaling(
                "RegisterScalableTarget",
                AutoscalingFixture.TARGET + ",'SuspendedState':{'DynamicScalingInSuspended':true,"
                        + "'DynamicScalingOutSuspended':true,'ScheduledScalingSuspended':true}");
        fixture.scaling(
                "PutScheduledAction",
                AutoscalingFixture.TARGET + ",'ScheduledActionName':'a','Schedule':'rate(1 minute)',"
                        + "'ScalableTargetAction':{'MinCapacity':5}");
        fixture.round();

        rounds(20, 50);
        rounds(100, 0);

        assertThat(fixture.wanted()).isEqualTo(1);
        assertThat(fixture.target().minCapacity()).isZero();
        assertThat(fixture.activities()).isEmpty();
    }

    @Test
    void movesTheCapacityIntoTheBoundsOfARegistration() {
        fixture.register(0, 10);
        fixture.track("tracking", 5, 0, 0);
        fixture.round();

        fixture.register(2, 5);
        fixture.round();
        assertThat(fixture.wanted()).isEqualTo(2);
        fixture.register(0, 1);
        fixture.round();
        fixture.round();

        assertThat(fixture.wanted()).isEqualTo(1);
        assertThat(fixture.story())
                .containsExactly(
                        "+0 Setting desired instance count to 2. | minimum capacity was set to 2",
                        "+0 Setting desired instance count to 1. | maximum capacity was set to 1");
    }

    @Test
    void leavesTheCountToMillraceWhereThereIsNoPolicy() {
        fixture.register(2, 5);
        fixture.round();
        fixture.round();

        assertThat(fixture.wanted()).isNull();
        assertThat(fixture.story())
                .containsExactly("+0 Setting desired instance count to 2. | minimum capacity was set to 2");
    }

    @Test
    void firesAScheduledActionWithinASecondOnceAndAlsoAfterARestart() {
        fixture.register(0, 10);
        fixture.track("tracking", 5, 0, 0);
        fixture.scaling(
                "PutScheduledAction",
                AutoscalingFixture.TARGET + ",'ScheduledActionName':'morning','Schedule':'cron(5 12 * * ? *)',"
                        + "'Timezone':'Europe/Berlin','ScalableTargetAction':{'MinCapacity':3,'MaxCapacity':8}");
        fixture.round();
        fixture.pass(Duration.ofMinutes(64).plusSeconds(59));
        fixture.round();
        assertThat(fixture.wanted()).isEqualTo(1);

        fixture.pass(Duration.ofSeconds(1));
        fixture.round();
        assertThat(fixture.wanted()).isEqualTo(3);
        fixture.register(0, 10);
        fixture.autoscaler = fixture.newAutoscaler();
        fixture.round();

        assertThat(fixture.target().minCapacity()).isZero();
        assertThat(fixture.story())
                .containsExactlyInAnyOrder(
                        "+3900 Setting min capacity to 3 and max capacity to 8 | scheduled action name morning was "
                                + "triggered",
                        "+3900 Setting desired instance count to 3. | minimum capacity was set to 3");
    }

    @Test
    void keepsCooldownsOverARestart() {
        fixture.register(1, 10);
        fixture.stepOut("steps", "HasBacklogWithoutCapacity", 600);
        fixture.round();
        waiting(1);
        rounds(2, 0);
        assertThat(fixture.wanted()).isEqualTo(2);

        fixture.autoscaler = fixture.newAutoscaler();
        for (int i = 0; i < 30; i++) {
            waiting(1);
            rounds(1, 0);
        }

        assertThat(fixture.wanted()).isEqualTo(2);
    }

    @Test
    void finishesAChangeThatWasWrittenDownAndNotCarriedOut() {
        fixture.register(0, 10);
        fixture.stepOut("steps", "HasBacklogWithoutCapacity", 600);
        fixture.round();
        waiting(1);
        rounds(2, 0);
        assertThat(fixture.wanted()).isEqualTo(2);
        fixture.catalog.update(
                ENDPOINT,
                "e",
                endpoint -> endpoint.withGeneration(fixture.serving().id(), each -> each.withWanted(1, fixture.now())));
        fixture.workers(1);

        fixture.autoscaler = fixture.newAutoscaler();
        fixture.autoscaler.round(_ -> true, true);

        assertThat(fixture.wanted()).isEqualTo(2);
    }

    @Test
    void leavesTheCountToMillraceAgainWhenTheTargetIsDeregistered() {
        fixture.register(0, 10);
        fixture.track("tracking", 5, 0, 0);
        fixture.round();
        assertThat(fixture.wanted()).isEqualTo(1);

        fixture.scaling("DeregisterScalableTarget", AutoscalingFixture.TARGET);
        fixture.round();

        assertThat(fixture.wanted()).isNull();
    }

    @Test
    void actsForOwnedEndpointsOnly() {
        fixture.register(3, 5);
        fixture.autoscaler.round(_ -> false, true);

        assertThat(fixture.activities()).isEmpty();
    }

    @Test
    void deregistersWhatScaledADeletedEndpoint() {
        fixture.register(0, 5);
        fixture.track("tracking", 5, 0, 0);
        fixture.round();

        fixture.sageMaker("DeleteEndpoint", "'EndpointName':'e'");
        fixture.autoscaler.round(_ -> true, false);

        assertThat(fixture.catalog.all(SCALABLE_TARGET)).isEmpty();
        assertThat(fixture.catalog.all(SCALING_POLICY)).isEmpty();
        assertThat(fixture.catalog.all(ALARM)).isEmpty();
    }
}

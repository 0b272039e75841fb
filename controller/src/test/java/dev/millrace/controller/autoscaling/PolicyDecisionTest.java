package dev.millrace.controller.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.ScalableDimension;
import dev.millrace.controlplane.ScalableTargetId;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalableTargetResource.SuspendedState;
import dev.millrace.controlplane.ScalingActivity;
import dev.millrace.controlplane.ScalingActivity.PolicyChange;
import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.ScalingPolicyResource.PolicyType;
import dev.millrace.controlplane.scaling.StepScalingConfig;
import dev.millrace.controlplane.scaling.StepScalingConfig.AdjustmentType;
import dev.millrace.controlplane.scaling.StepScalingConfig.Step;
import dev.millrace.controlplane.scaling.TargetTrackingConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class PolicyDecisionTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final ScalableTargetId ID =
            new ScalableTargetId("endpoint/e/variant/main", ScalableDimension.VARIANT_INSTANCE_COUNT);
    private static final double OPEN = Double.POSITIVE_INFINITY;
    private static final List<AdjustmentType> TYPES = List.of(AdjustmentType.values());

    private static ScalableTargetResource target(int min, int max) {
        return new ScalableTargetResource(ID, "t", 0, NOW, min, max, SuspendedState.NOTHING, NOW, Map.of());
    }

    private static ScalingPolicyResource policy(String name, PolicyType type) {
        ObjectNode configuration = JsonNodeFactory.instance.objectNode().put("TargetValue", 10.0);
        configuration
                .putObject("PredefinedMetricSpecification")
                .put("PredefinedMetricType", "SageMakerVariantInvocationsPerInstance");
        return new ScalingPolicyResource(name, name, 0, NOW, name, ID, "t", type, configuration, List.of());
    }

    private static Call tracking(String name, boolean isDue, boolean isHigh, double metric) {
        ScalingPolicyResource policy = policy(name, PolicyType.TARGET_TRACKING);
        return new Call.Tracking(policy, name, isDue, TargetTrackingConfig.of(policy.configuration()), isHigh, metric);
    }

    private static Call step(String name, AdjustmentType type, int adjustment) {
        return new Call.Stepping(
                policy(name, PolicyType.STEP_SCALING),
                name,
                true,
                new StepScalingConfig(type, List.of(new Step(-OPEN, OPEN, adjustment)), 0, 60, "Average"),
                0,
                false);
    }

    private static Decision decide(
            ScalableTargetResource target, int capacity, List<ScalingActivity> activities, Call... calls) {
        List<ScalingPolicyResource> policies =
                List.of(calls).stream().map(Call::policy).toList();
        return new PolicyDecision(target, policies, new Cooldowns(activities), capacity).decide(List.of(calls), NOW);
    }

    private static ScalingActivity change(String policy, int secondsAgo, int base, int from, int to, int cooldown) {
        Instant at = NOW.minusSeconds(secondsAgo);
        return new ScalingActivity(
                policy + at,
                at,
                at,
                "",
                "",
                ScalingActivity.StatusCode.SUCCESSFUL,
                null,
                null,
                new PolicyChange(policy, base, from, to, cooldown),
                null);
    }

    private static void assertScales(Decision decision, int capacity) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Scale.class,
                        scale -> assertThat(scale.capacity()).isEqualTo(capacity));
    }

    @Test
    void takesTheLargestOfSeveralCallsOut() {
        assertScales(
                decide(
                        target(0, 20),
                        2,
                        List.of(),
                        tracking("a", true, true, 30),
                        step("b", AdjustmentType.CHANGE_IN_CAPACITY, 1),
                        step("c", AdjustmentType.EXACT_CAPACITY, 0)),
                6);
    }

    @Test
    void letsNothingInWhileSomethingCallsOut() {
        assertThat(decide(
                        target(0, 20),
                        2,
                        List.of(change("a", 10, 1, 1, 2, 60)),
                        tracking("a", false, true, 12),
                        step("b", AdjustmentType.CHANGE_IN_CAPACITY, -1)))
                .isInstanceOf(Decision.Stay.class);
    }

    @Test
    void stepsInOnItsOwnWhereNoTrackingPolicyIsConcerned() {
        assertScales(decide(target(1, 20), 5, List.of(), step("b", AdjustmentType.CHANGE_IN_CAPACITY, -2)), 3);
        assertScales(decide(target(4, 20), 5, List.of(), step("b", AdjustmentType.CHANGE_IN_CAPACITY, -2)), 4);
    }

    @Test
    void waitsForTheCooldownBeforeItScalesInAgain() {
        Call in = step("b", AdjustmentType.CHANGE_IN_CAPACITY, -1);

        assertThat(decide(target(0, 9), 5, List.of(change("b", 59, 6, 6, 5, 60)), in))
                .isInstanceOf(Decision.Stay.class);
        assertThat(decide(target(0, 9), 5, List.of(change("x", 59, 4, 4, 5, 60)), in))
                .isInstanceOf(Decision.Stay.class);
        assertScales(decide(target(0, 9), 5, List.of(change("b", 60, 6, 6, 5, 60)), in), 4);
    }

    @Test
    void scalesOutAtOnceWhileAScaleInCoolsDownAndCancelsThat() {
        List<ScalingActivity> wentIn = List.of(change("b", 10, 6, 6, 5, 600));
        assertScales(decide(target(0, 9), 5, wentIn, step("a", AdjustmentType.CHANGE_IN_CAPACITY, 1)), 6);

        List<ScalingActivity> andOut = List.of(change("a", 5, 5, 5, 6, 0), change("b", 10, 6, 6, 5, 600));
        assertScales(decide(target(0, 9), 6, andOut, step("b", AdjustmentType.CHANGE_IN_CAPACITY, -1)), 5);
    }

    @Test
    void countsWhatACoolingScaleOutAddedAsPresent() {
        List<ScalingActivity> wentOut = List.of(change("a", 10, 2, 2, 4, 60));

        assertThat(decide(target(0, 9), 4, wentOut, step("a", AdjustmentType.CHANGE_IN_CAPACITY, 2)))
                .isInstanceOf(Decision.Stay.class);
        Decision larger = decide(target(0, 9), 4, wentOut, step("a", AdjustmentType.CHANGE_IN_CAPACITY, 3));
        assertThat(larger).isInstanceOfSatisfying(Decision.Scale.class, scale -> {
            assertThat(scale.capacity()).isEqualTo(5);
            assertThat(scale.base()).isEqualTo(2);
        });
        assertScales(decide(target(0, 9), 4, wentOut, step("other", AdjustmentType.CHANGE_IN_CAPACITY, 2)), 6);
    }

    @Test
    void saysWhyItDoesNotScale() {
        assertThat(decide(target(0, 2), 2, List.of(), step("a", AdjustmentType.CHANGE_IN_CAPACITY, 1)))
                .isInstanceOfSatisfying(
                        Decision.NotScaled.class, no -> assertThat(no.reason()).isEqualTo("AlreadyAtMaxCapacity"));
        assertThat(decide(target(2, 5), 2, List.of(), step("a", AdjustmentType.CHANGE_IN_CAPACITY, -1)))
                .isInstanceOfSatisfying(
                        Decision.NotScaled.class, no -> assertThat(no.reason()).isEqualTo("AlreadyAtMinCapacity"));
        assertThat(decide(target(0, 5), 3, List.of(), step("a", AdjustmentType.EXACT_CAPACITY, 3)))
                .isInstanceOfSatisfying(
                        Decision.NotScaled.class, no -> assertThat(no.reason()).isEqualTo("AlreadyAtDesiredCapacity"));
    }

    /// Whatever the policies, the metrics and the past: within the bounds, in only when no call is for
    /// more, and never below what every tracking call that agreed would leave.
    @Test
    void staysWithinItsRulesForAnyCalls() {
        var random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            int min = random.nextInt(5);
            ScalableTargetResource target = target(min, min + random.nextInt(10));
            int capacity = target.clamp(random.nextInt(20));
            var calls = new ArrayList<Call>();
            for (int i = 0; i < random.nextInt(1, 5); i++) {
                AdjustmentType type = TYPES.get(random.nextInt(TYPES.size()));
                int adjustment = type == AdjustmentType.EXACT_CAPACITY ? random.nextInt(20) : random.nextInt(-150, 150);
                calls.add(
                        random.nextBoolean()
                                ? step("s" + i, type, adjustment)
                                : tracking("t" + i, random.nextBoolean(), random.nextBoolean(), random.nextDouble(40)));
            }
            List<ScalingActivity> past = random.nextBoolean()
                    ? List.of()
                    : List.of(change("s0", random.nextInt(100), capacity, random.nextInt(9), random.nextInt(9), 60));
            Decision decision = decide(target, capacity, past, calls.toArray(Call[]::new));
            if (decision instanceof Decision.Scale scale) {
                assertThat(scale.capacity())
                        .isBetween(target.minCapacity(), target.maxCapacity())
                        .isNotEqualTo(capacity);
                if (scale.capacity() < capacity) {
                    assertThat(calls).allMatch(call -> call.wanted(capacity) <= capacity);
                    assertThat(new Cooldowns(past).holdScaleIn(NOW)).isFalse();
                    assertThat(scale.capacity())
                            .isGreaterThanOrEqualTo(target.clamp(scale.call().wanted(capacity)));
                }
            }
        }
    }
}

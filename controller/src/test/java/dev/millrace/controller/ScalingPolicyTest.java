package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controller.ScalingDecision.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScalingPolicyTest {
    private static final ScalingSettings SETTINGS = ScalingSettings.DEFAULT;

    @Test
    void startsOneWorkerAtTheFirstRequestWithoutKnowingTheBacklog() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).arrive(1).atOnce();

        assertThat(trace.last().desired()).isEqualTo(1);
        assertThat(trace.last().reason()).isEqualTo(Reason.WOKEN);
    }

    @Test
    void startsOneWorkerWhenABacklogIsFoundWithoutASignal() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).seconds(1, 3);

        assertThat(trace.last()).extracting(ScalingDecision::desired).isEqualTo(1);
        assertThat(trace.last().reason()).isEqualTo(Reason.WOKEN);
    }

    @Test
    void staysAtZeroWhileNothingArrives() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).seconds(1000, 0);

        assertThat(trace.peak()).isZero();
    }

    @Test
    void keepsOneWorkerWhereItClearsTheBacklogInTime() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 1200, 1).arrive(1).atOnce().seconds(60, 1000);

        assertThat(trace.peak()).isEqualTo(1);
    }

    @Test
    void growsToTheMaximumWhileTheBacklogOutrunsTheWorkers() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 10, 1).arrive(1).atOnce().seconds(30, 100);

        assertThat(trace.placed()).isEqualTo(4);
        assertThat(trace.last().detail()).contains("the maximum is 4");
    }

    @Test
    void doesNotGrowForABurstThatIsGoneBeforeTheWindowEnds() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 1000, 1)
                .arrive(1)
                .atOnce()
                .seconds(10, 10)
                .arrive(2500)
                .seconds(10, 10);

        assertThat(trace.peak()).isEqualTo(1);
    }

    @Test
    void spreadsSlowRequestsOverWorkersBeforeTheFirstIsFinished() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 1, 1.0 / 120, 1)
                .arrive(3)
                .atOnce()
                .seconds(10, 0);

        assertThat(trace.placed()).isEqualTo(3);
    }

    @Test
    void followsTheOperatorsTargetWhereOneIsSet() {
        var settings = new ScalingSettings(
                SETTINGS.idleTime(),
                SETTINGS.contendedIdleTime(),
                5,
                SETTINGS.drainTime(),
                SETTINGS.outWindow(),
                SETTINGS.inWindow(),
                true);
        var trace =
                new ScalingTrace(settings, 0, 4, 0.001, 1).arrive(11).atOnce().seconds(10, 0);

        assertThat(trace.placed()).isEqualTo(3);
    }

    @Test
    void goesToZeroAfterTheIdleTimeAndNotBefore() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).arrive(1).atOnce().seconds(5, 0);

        trace.seconds((int) SETTINGS.idleTime().toSeconds() - 6, 0);
        assertThat(trace.placed()).isEqualTo(1);
        trace.seconds(10, 0);
        assertThat(trace.placed()).isZero();
        assertThat(trace.changes()).isEqualTo(1);
    }

    @Test
    void keepsTheMinimumWhenIdle() {
        var trace = new ScalingTrace(SETTINGS, 2, 4, 100, 1).seconds(1000, 0);

        assertThat(trace.placed()).isEqualTo(2);
    }

    @Test
    void leavesSoonerWhenAnotherEndpointWaitsForRoom() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1)
                .arrive(1)
                .atOnce()
                .contended()
                .seconds(10, 0);

        assertThat(trace.placed()).isZero();
    }

    @Test
    void notIdleWhileRequestsThatAreDoneBetweenTwoLooksArrive() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).arrive(1).atOnce().seconds(900, 1);

        assertThat(trace.placed()).isEqualTo(1);
        assertThat(trace.changes()).isZero();
    }

    @Test
    void shrinksOnlyAfterFewerWereEnoughForTheWholeWindow() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 10, 1).arrive(1).atOnce().seconds(30, 100);
        assertThat(trace.placed()).isEqualTo(4);

        while (trace.backlog() > 20) {
            trace.second();
        }
        trace.seconds((int) SETTINGS.inWindow().toSeconds() / 2, 1);
        assertThat(trace.placed()).isEqualTo(4);
        trace.seconds((int) SETTINGS.inWindow().toSeconds() + 5, 1);
        assertThat(trace.placed()).isEqualTo(1);
    }

    @Test
    void changesAtMostTwiceAMinuteUnderLoadThatFlaps() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 10, 1).arrive(1).atOnce();
        for (int minute = 0; minute < 30; minute++) {
            trace.seconds(10, 60).seconds(20, 1);
        }

        assertThat(trace.changes()).isLessThanOrEqualTo(2L * 15);
    }

    @Test
    void holdsWhatItHasWhileTheBrokerDoesNotAnswer() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).arrive(1).atOnce().blindSeconds(900);

        assertThat(trace.placed()).isEqualTo(1);
    }

    @Test
    void goesToZeroAtOnceWhenSomebodyAsksForNoWorkers() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).arrive(1).atOnce().seconds(10, 0);
        assertThat(trace.placed()).isEqualTo(1);

        trace.emptied().second();

        assertThat(trace.placed()).isZero();
    }

    @Test
    void keepsWhatACallWokeAfterSomebodyAskedForNoWorkersUntilItIsIdle() {
        var trace = new ScalingTrace(SETTINGS, 0, 4, 100, 1).arrive(1).atOnce().seconds(10, 0);
        trace.emptied().second().arrive(1).atOnce().seconds(10, 0);

        assertThat(trace.placed()).isEqualTo(1);

        trace.seconds((int) SETTINGS.idleTime().toSeconds(), 0);
        assertThat(trace.placed()).isZero();
    }

    @Test
    void wakesNothingWhereNoWorkersWereAskedForAndTheWakeIsOff() {
        var settings = new ScalingSettings(
                SETTINGS.idleTime(),
                SETTINGS.contendedIdleTime(),
                0,
                SETTINGS.drainTime(),
                SETTINGS.outWindow(),
                SETTINGS.inWindow(),
                false);
        var trace = new ScalingTrace(settings, 0, 4, 100, 1).arrive(1).atOnce().seconds(10, 0);
        assertThat(trace.placed()).isEqualTo(1);

        trace.emptied().second().arrive(1).atOnce().seconds(10, 0);

        assertThat(trace.placed()).isZero();
    }

    @Test
    void answersTheSameTwice() {
        var policy = new ScalingPolicy(SETTINGS);
        var now = Instant.parse("2026-01-01T00:00:00Z");
        var metrics = new ScalingMetrics(0, 4, 2, new Load(now, 40, 90), 1, 1, 1, false, false, null);
        var memory = ScalingMemory.begin(now.minusSeconds(100));

        assertThat(policy.decide(metrics, memory, now)).isEqualTo(policy.decide(metrics, memory, now));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> new ScalingSettings(
                        Duration.ofSeconds(-1),
                        Duration.ZERO,
                        0,
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Duration.ZERO,
                        true))
                .hasMessageContaining("scaling.idle-time");
        assertThatThrownBy(() -> new ScalingSettings(
                        Duration.ZERO, Duration.ZERO, -1, Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, true))
                .hasMessageContaining("scaling.target-backlog-per-worker");
    }
}

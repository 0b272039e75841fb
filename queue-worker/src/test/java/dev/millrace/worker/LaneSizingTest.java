package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.LaneId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LaneSizingTest {
    private static final Optional<Duration> QUICK = Optional.of(Duration.ofMillis(1));
    private static final Optional<Duration> SLOW = Optional.of(Duration.ofMillis(50));

    @Test
    void takesManyRecordsOfAQuickModel() {
        assertThat(LaneSizing.of(LaneId.Kind.ASYNCHRONOUS, QUICK, false, 2, 64)).isEqualTo(new LaneSizing(3, 8));
    }

    @Test
    void takesHardlyMoreThanItRunsOfASlowModel() {
        assertThat(LaneSizing.of(LaneId.Kind.ASYNCHRONOUS, SLOW, false, 2, 64)).isEqualTo(new LaneSizing(3, 1));
    }

    @Test
    void neverHoldsMoreThanTheEndpointsBound() {
        assertThat(LaneSizing.of(LaneId.Kind.ASYNCHRONOUS, QUICK, false, 2, 4)).isEqualTo(new LaneSizing(1, 4));
        assertThat(LaneSizing.of(LaneId.Kind.ASYNCHRONOUS, SLOW, false, 4, 2)).isEqualTo(new LaneSizing(2, 1));
        assertThat(LaneSizing.of(LaneId.Kind.ASYNCHRONOUS, Optional.empty(), false, 2, 1))
                .isEqualTo(new LaneSizing(1, 1));
    }

    @Test
    void staysWithItsDecisionAtTheBorder() {
        Optional<Duration> between = Optional.of(Duration.ofMillis(17));

        assertThat(LaneSizing.isSlow(between, false)).isFalse();
        assertThat(LaneSizing.isSlow(between, true)).isTrue();
    }
}

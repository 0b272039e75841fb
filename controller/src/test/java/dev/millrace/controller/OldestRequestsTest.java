package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OldestRequestsTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final LaneId LANE =
            new LaneId(new EndpointName("e"), new GenerationId("g1"), LaneId.Kind.ASYNCHRONOUS, 0);

    private final OldestRequests oldest = new OldestRequests();

    @Test
    void growsOldWhileNothingIsFinished() {
        assertThat(look(0, 3, 0)).isZero();
        assertThat(look(0, 5, 10)).isEqualTo(Duration.ofSeconds(10));
        assertThat(look(0, 5, 25)).isEqualTo(Duration.ofSeconds(25));
    }

    @Test
    void isAsOldAsTheOldestThatIsLeft() {
        look(0, 3, 0);
        look(0, 5, 10);
        look(0, 9, 20);

        assertThat(look(3, 9, 30)).isEqualTo(Duration.ofSeconds(20));
        assertThat(look(4, 9, 30)).isEqualTo(Duration.ofSeconds(20));
        assertThat(look(5, 9, 30)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void isZeroWhileNothingWaits() {
        look(0, 3, 0);

        assertThat(look(3, 3, 10)).isZero();
        assertThat(look(3, 4, 20)).isZero();
        assertThat(look(3, 4, 21)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void becomesCoarserAndNotWrongWhereThereIsMuchToRemember() {
        for (int i = 0; i < 5_000; i++) {
            look(0, i + 1, i);
        }

        assertThat(look(0, 5_000, 5_000)).isEqualTo(Duration.ofSeconds(5_000));
        assertThat(look(4_000, 5_000, 5_000)).isBetween(Duration.ofSeconds(900), Duration.ofSeconds(1_000));
    }

    @Test
    void forgetsLanesThatAreGone() {
        look(0, 1, 0);
        oldest.retain(Set.of());

        assertThat(look(0, 1, 50)).isZero();
    }

    private Duration look(long start, long end, int second) {
        return oldest.look(LANE, new LanePosition(start, end, end - start), START.plusSeconds(second));
    }
}

package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LaneTrimmerTest {
    private static final LaneId LANE =
            new LaneId(new EndpointName("digits"), new GenerationId("g1"), LaneId.Kind.ASYNCHRONOUS, 0);

    @Test
    void forgetsWhatIsBelowTheStart() {
        assertThat(LaneTrimmer.below(Map.of(LANE, new LanePosition(40, 100, 60)), Map.of(), Map.of(), 10))
                .containsExactly(Map.entry(LANE, 40L));
    }

    @Test
    void forgetsTheTailOfAnIdleLane() {
        assertThat(LaneTrimmer.below(Map.of(LANE, new LanePosition(0, 100, 0)), Map.of(), Map.of(LANE, 99L), 1_000))
                .containsExactly(Map.entry(LANE, 100L));
    }

    @Test
    void keepsADeadLettersOriginalUntilItIsHandled() {
        assertThat(LaneTrimmer.below(Map.of(LANE, new LanePosition(50, 50, 0)), Map.of(LANE, 7L), Map.of(), 1))
                .containsExactly(Map.entry(LANE, 7L));
        assertThat(LaneTrimmer.below(Map.of(LANE, new LanePosition(50, 50, 0)), Map.of(LANE, 7L), Map.of(LANE, 7L), 1))
                .isEmpty();
    }

    @Test
    void leavesABusyLaneAloneUntilItIsWorthwhile() {
        assertThat(LaneTrimmer.below(Map.of(LANE, new LanePosition(109, 200, 91)), Map.of(), Map.of(LANE, 100L), 10))
                .isEmpty();
    }

    /// Plays lanes with random histories and checks that nothing unfinished and no unhandled dead letter is
    /// ever
    /// below what may go, whatever is stale in what the trimmer was told.
    @Test
    void neverForgetsWhatIsStillNeeded() {
        var random = new Random(20261121);
        for (int history = 0; history < 20_000; history++) {
            var lane = new RandomLane(random);
            var trimmed = new HashMap<LaneId, Long>();
            for (int round = 0; round < 5; round++) {
                lane.advance();
                // The end is read first, then the start and the backlog, then the dead letters.
                long end = lane.end;
                lane.advance();
                long start = Math.max(0, lane.start() - random.nextInt(3));
                long backlog = lane.unfinished.size();
                lane.advance();
                Map<LaneId, Long> below = LaneTrimmer.below(
                        Map.of(LANE, new LanePosition(start, end, backlog)),
                        lane.unhandled.isEmpty() ? Map.of() : Map.of(LANE, lane.unhandled.first()),
                        Map.copyOf(trimmed),
                        1 + random.nextInt(5));
                below.forEach((_, offset) -> {
                    assertThat(lane.unfinished.headSet(offset)).isEmpty();
                    assertThat(lane.unhandled.headSet(offset)).isEmpty();
                    assertThat(offset).isLessThanOrEqualTo(lane.end);
                });
                trimmed.putAll(below);
            }
        }
    }

    private static final class RandomLane {
        private final Random random;
        private final TreeSet<Long> unfinished = new TreeSet<>();
        private final TreeSet<Long> unhandled = new TreeSet<>();
        private long end;

        private RandomLane(Random random) {
            this.random = random;
        }

        /// Records arrive, are finished or dead-lettered, and dead letters are handled.
        private void advance() {
            for (int i = random.nextInt(4); i > 0; i--) {
                unfinished.add(end++);
            }
            unfinished.removeIf(offset -> {
                boolean isFinished = random.nextInt(3) == 0;
                if (isFinished && random.nextInt(4) == 0) {
                    unhandled.add(offset);
                }
                return isFinished;
            });
            unhandled.removeIf(_ -> random.nextInt(3) == 0);
        }

        private long start() {
            return unfinished.isEmpty() ? end : unfinished.first();
        }
    }
}

package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.HostReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostBoardTest {
    private static final Duration LOST = Duration.ofSeconds(10);

    private final List<HostReport> news = new ArrayList<>();
    private Instant now = Fixtures.NOW;
    private final HostBoard board = new HostBoard(LOST, () -> now, (_, report) -> news.add(report));

    @BeforeEach
    void isUpToDate() {
        board.caughtUp();
    }

    @Test
    void takesAHostForLostAfterItsSilence() {
        board.onDocument("a", report("a", now));
        now = now.plusSeconds(9);
        assertThat(board.alive()).hasSize(1);

        now = now.plusSeconds(2);

        assertThat(board.alive()).isEmpty();
        assertThat(board.sweep()).extracting(HostReport::hostId).containsExactly("a");
        assertThat(board.sweep()).isEmpty();
    }

    @Test
    void trustsItsOwnClockForNewReports() {
        board.onDocument("a", report("a", now.minusSeconds(600)));

        assertThat(board.alive()).hasSize(1);
    }

    @Test
    void takesOldReportsReadAtTheStartForWhatTheyAre() {
        var starting = new HostBoard(LOST, () -> now, (_, _) -> {});

        starting.onDocument("gone", report("gone", now.minusSeconds(600)));
        starting.onDocument("here", report("here", now.minusSeconds(1)));

        assertThat(starting.alive()).extracting(HostReport::hostId).containsExactly("here");
    }

    @Test
    void tellsThatAHostSaidGoodbye() {
        board.onDocument("a", report("a", now));

        board.onDocument("a", null);

        assertThat(board.alive()).isEmpty();
        assertThat(news).hasSize(2);
        assertThat(news.getLast().workers()).isEmpty();
    }

    private static HostReport report(String id, Instant at) {
        return new HostReport(id, at, 2, 2, 1024, 0, Map.of(), Map.of());
    }
}

package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Waits grow fivefold from the first to the longest, each with a fifth of jitter to either side.
class RetryScheduleTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final RetrySchedule SCHEDULE = new RetrySchedule(
            NotifierConfig.DEFAULT.retryBase(),
            NotifierConfig.DEFAULT.retryMax(),
            NotifierConfig.DEFAULT.maxAttempts());

    @ParameterizedTest
    @CsvSource({"1,5", "2,25", "3,125", "4,625", "5,3125", "6,15625"})
    void staysWithinAFifthOfTheNominalWait(int attempts, long nominalSeconds) {
        List<Long> waits = millis(attempts, null);

        assertThat(waits).allSatisfy(wait -> assertThat(wait).isBetween(nominalSeconds * 800, nominalSeconds * 1_200));
        assertThat(waits).as("spread to both sides").anyMatch(wait -> wait < nominalSeconds * 900);
        assertThat(waits).as("spread to both sides").anyMatch(wait -> wait > nominalSeconds * 1_100);
    }

    @Test
    void neverWaitsLongerThanTheLongestWait() {
        long longest = NotifierConfig.DEFAULT.retryMax().toMillis();

        for (int attempts : new int[] {7, 8, 20, 1_000}) {
            assertThat(millis(attempts, null))
                    .allSatisfy(wait -> assertThat(wait).isBetween(longest * 8 / 10, longest));
        }
    }

    @Test
    void waitsAsLongAsTheReceiverAsksForButNotLess() {
        assertThat(SCHEDULE.next(1, Duration.ofMinutes(10), NOW)).isEqualTo(NOW.plusSeconds(600));
        assertThat(SCHEDULE.next(3, Duration.ZERO, NOW)).isAfter(NOW.plusSeconds(99));
    }

    @Test
    void givesUpAfterTheLastAttemptAndNotBefore() {
        assertThat(IntStream.rangeClosed(0, 10).filter(SCHEDULE::isExhausted)).containsExactly(8, 9, 10);
    }

    private static List<Long> millis(int attempts, @Nullable Duration wanted) {
        return LongStream.range(0, 500)
                .map(_ -> Duration.between(NOW, SCHEDULE.next(attempts, wanted, NOW))
                        .toMillis())
                .boxed()
                .toList();
    }
}

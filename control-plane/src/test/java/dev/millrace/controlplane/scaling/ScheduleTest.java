package dev.millrace.controlplane.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.PlatformException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest(name = "{0} in {1} before {2} is {3}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            at(2026-03-01T09:00:00)      | -                | 2026-03-01T08:59:59Z | -
            at(2026-03-01T09:00:00)      | -                | 2026-03-01T09:00:00Z | 2026-03-01T09:00:00Z
            at(2026-03-01T09:00:00)      | America/New_York | 2026-03-02T00:00:00Z | 2026-03-01T14:00:00Z
            at(2025-03-01T09:00:00)      | -                | 2026-03-02T00:00:00Z | -
            rate(5 minutes)              | -                | 2026-01-01T00:04:59Z | -
            rate(5 minutes)              | -                | 2026-01-01T00:12:00Z | 2026-01-01T00:10:00Z
            rate(1 hour)                 | -                | 2026-01-01T03:59:00Z | 2026-01-01T03:00:00Z
            rate(2 days)                 | -                | 2026-01-06T00:00:00Z | 2026-01-05T00:00:00Z
            cron(0 8 * * ? *)            | -                | 2026-02-03T12:00:00Z | 2026-02-03T08:00:00Z
            cron(0 8 * * ? *)            | -                | 2026-02-03T07:59:00Z | 2026-02-02T08:00:00Z
            cron(0 8 * * ? *)            | Asia/Tokyo       | 2026-02-03T12:00:00Z | 2026-02-02T23:00:00Z
            cron(*/15 * * * ? *)         | -                | 2026-02-03T12:44:59Z | 2026-02-03T12:30:00Z
            cron(10/20 6-8 ? * MON-FRI *)| -                | 2026-02-08T12:00:00Z | 2026-02-06T08:50:00Z
            cron(0 0 ? * 1 *)            | -                | 2026-02-07T12:00:00Z | 2026-02-01T00:00:00Z
            cron(0 0 L * ? *)            | -                | 2026-03-15T00:00:00Z | 2026-02-28T00:00:00Z
            cron(0 0 15W * ? *)          | -                | 2026-02-28T00:00:00Z | 2026-02-16T00:00:00Z
            cron(0 0 LW * ? *)           | -                | 2026-02-28T00:00:00Z | 2026-02-27T00:00:00Z
            cron(0 0 ? * 6L *)           | -                | 2026-02-28T00:00:00Z | 2026-02-27T00:00:00Z
            cron(0 0 ? * TUE#2 *)        | -                | 2026-02-28T00:00:00Z | 2026-02-10T00:00:00Z
            cron(0 0 1 JAN,FEB ? 2026)   | -                | 2026-09-01T00:00:00Z | 2026-02-01T00:00:00Z
            cron(0 0 30 2 ? *)           | -                | 2026-09-01T00:00:00Z | -
            cron(30 2 29 3 ? *)          | Europe/Berlin    | 2026-04-01T00:00:00Z | 2026-03-29T01:30:00Z
            """)
    void findsTheLastTimeBeforeNow(String schedule, String zone, Instant now, Instant due) {
        assertThat(Schedule.parse(schedule).lastBetween(BEGIN, now, BEGIN, Schedule.zone(zone)))
                .isEqualTo(Optional.ofNullable(due));
    }

    @Test
    void neverFindsATimeTwice() {
        Schedule schedule = Schedule.parse("cron(0/10 * * * ? *)");
        Instant now = BEGIN.plusSeconds(3600);
        Instant due =
                schedule.lastBetween(BEGIN, now, BEGIN, Schedule.zone(null)).orElseThrow();

        assertThat(schedule.lastBetween(due, now, BEGIN, Schedule.zone(null))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "at()",
                "at(2026-02-30T00:00:00)",
                "at(2026-01-01)",
                "rate(0 minutes)",
                "rate(1 minutes)",
                "rate(2 minute)",
                "rate(5 seconds)",
                "rate(99999999999 days)",
                "cron(0 8 * * ?)",
                "cron(0 8 * * ? * *)",
                "cron(60 8 * * ? *)",
                "cron(0 24 * * ? *)",
                "cron(0 8 0 * ? *)",
                "cron(0 8 * 13 ? *)",
                "cron(0 8 1 * 2 *)",
                "cron(0 8 ? * 8 *)",
                "cron(0 8 ? * MON#6 *)",
                "cron(0 8 5-1 * ? *)",
                "cron(0/0 8 * * ? *)",
                "cron(-1 8 * * ? *)",
                "cron(0 8 * * ? 1969)",
                "cron(0 8 32W * ? *)",
                "cron(0 8 W * ? *)",
                "cron(0 99999999999 * * ? *)",
                "every day"
            })
    void refusesWhatIsNoSchedule(String text) {
        assertThatThrownBy(() -> Schedule.parse(text))
                .isInstanceOf(PlatformException.class)
                .hasMessageStartingWith("Invalid Schedule Expression");
    }
}

package dev.millrace.controlplane.scaling;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Optional;

/// Six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year. Immutable.
public final class CronExpression {
    private static final int FIELDS = 6;
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 2199;

    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet months;
    private final BitSet years;
    private final CronDays days;

    private CronExpression(BitSet minutes, BitSet hours, BitSet months, BitSet years, CronDays days) {
        this.minutes = minutes;
        this.hours = hours;
        this.months = months;
        this.years = years;
        this.days = days;
    }

    /// @throws dev.millrace.invocation.PlatformException `VALIDATION_ERROR` naming the field that
    /// cannot be read
    static CronExpression parse(String text) {
        String[] fields = text.trim().split(" +", -1);
        if (fields.length != FIELDS) {
            throw Schedule.invalid("cron has " + fields.length + " fields (expected: six)");
        }
        return new CronExpression(
                new CronField("minutes", 0, 59).parse(fields[0]),
                new CronField("hours", 0, 23).parse(fields[1]),
                CronField.MONTHS.parse(fields[3]),
                new CronField("year", FIRST_YEAR, LAST_YEAR).parse(fields[5]),
                CronDays.parse(fields[2], fields[4]));
    }

    /// The last time that is after the one moment and not after the other. A time that the zone's clocks
    /// skip is that much later; one that they show twice is the first.
    Optional<Instant> lastBetween(Instant after, Instant now, ZoneId zone) {
        LocalDate first = after.atZone(zone).toLocalDate();
        for (LocalDate day = now.atZone(zone).toLocalDate(); !day.isBefore(first); day = day.minusDays(1)) {
            if (matches(day)) {
                Optional<Instant> last = lastOf(day, after, now, zone);
                if (last.isPresent()) {
                    return last;
                }
            }
        }
        return Optional.empty();
    }

    private boolean matches(LocalDate day) {
        return months.get(day.getMonthValue()) && years.get(Math.max(0, day.getYear())) && days.matches(day);
    }

    private Optional<Instant> lastOf(LocalDate day, Instant after, Instant now, ZoneId zone) {
        for (int hour = hours.length() - 1; hour >= 0; hour = hours.previousSetBit(hour - 1)) {
            for (int minute = minutes.length() - 1; minute >= 0; minute = minutes.previousSetBit(minute - 1)) {
                Instant due =
                        ZonedDateTime.of(day, LocalTime.of(hour, minute), zone).toInstant();
                if (!due.isAfter(now)) {
                    if (due.isAfter(after)) {
                        return Optional.of(due);
                    }
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}

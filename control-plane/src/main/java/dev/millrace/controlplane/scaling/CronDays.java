package dev.millrace.controlplane.scaling;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.BitSet;
import java.util.function.Predicate;

/// The two day fields of a cron expression, of which one is `?` or `*`.
///
/// Day of month also takes `L` (the last), `15W` (the weekday nearest to the 15th of that month) and
/// `LW`; day of week `6L` (the last Friday) and `6#3` (the third).
record CronDays(Predicate<LocalDate> ofMonth, Predicate<LocalDate> ofWeek) {
    private static final int WEEK = 7;

    static CronDays parse(String ofMonth, String ofWeek) {
        if (!isAny(ofMonth) && !isAny(ofWeek)) {
            throw Schedule.invalid("one of day-of-month and day-of-week must be ?");
        }
        return new CronDays(ofMonth(ofMonth), ofWeek(ofWeek));
    }

    boolean matches(LocalDate day) {
        return ofMonth.test(day) && ofWeek.test(day);
    }

    private static boolean isAny(String field) {
        return field.equals("?") || field.equals("*");
    }

    private static Predicate<LocalDate> ofMonth(String field) {
        if (field.equals("L")) {
            return day -> day.getDayOfMonth() == day.lengthOfMonth();
        }
        if (field.equals("LW")) {
            return day -> day.equals(nearestWeekday(day.with(TemporalAdjusters.lastDayOfMonth())));
        }
        if (field.endsWith("W")) {
            int wanted = CronField.DAYS_OF_MONTH.value(field.substring(0, field.length() - 1));
            return day -> wanted <= day.lengthOfMonth() && day.equals(nearestWeekday(day.withDayOfMonth(wanted)));
        }
        BitSet values = CronField.DAYS_OF_MONTH.parse(field);
        return day -> values.get(day.getDayOfMonth());
    }

    private static Predicate<LocalDate> ofWeek(String field) {
        int hash = field.indexOf('#');
        if (hash >= 0) {
            int wanted = CronField.DAYS_OF_WEEK.value(field.substring(0, hash));
            int which = new CronField("day-of-week", 1, 5).value(field.substring(hash + 1));
            return day -> number(day) == wanted && (day.getDayOfMonth() - 1) / WEEK + 1 == which;
        }
        if (field.equals("L")) {
            return day -> day.getDayOfWeek() == DayOfWeek.SATURDAY;
        }
        if (field.endsWith("L")) {
            int wanted = CronField.DAYS_OF_WEEK.value(field.substring(0, field.length() - 1));
            return day -> number(day) == wanted && day.getDayOfMonth() + WEEK > day.lengthOfMonth();
        }
        BitSet values = CronField.DAYS_OF_WEEK.parse(field);
        return day -> values.get(number(day));
    }

    /// In the same month.
    private static LocalDate nearestWeekday(LocalDate day) {
        return switch (day.getDayOfWeek()) {
            case SATURDAY -> day.getDayOfMonth() == 1 ? day.plusDays(2) : day.minusDays(1);
            case SUNDAY -> day.getDayOfMonth() == day.lengthOfMonth() ? day.minusDays(2) : day.plusDays(1);
            case MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY -> day;
        };
    }

    /// From 1 for Sunday.
    private static int number(LocalDate day) {
        return day.getDayOfWeek().getValue() % WEEK + 1;
    }
}

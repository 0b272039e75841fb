package dev.millrace.controlplane.scaling;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// When a scheduled action is due.
public sealed interface Schedule {
    Pattern AT = Pattern.compile("at\\((\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2})\\)");
    Pattern RATE = Pattern.compile("rate\\((\\d{1,9}) (minutes?|hours?|days?)\\)");
    Pattern CRON = Pattern.compile("cron\\(([^()]{1,512})\\)");

    /// Once.
    record At(LocalDateTime time) implements Schedule {}

    /// Again and again, counted from a moment that the caller knows.
    record Rate(Duration every) implements Schedule {}

    record Cron(CronExpression expression) implements Schedule {}

    /// @throws PlatformException `VALIDATION_ERROR` for anything that is no schedule
    static Schedule parse(String text) {
        Matcher at = AT.matcher(text);
        if (at.matches()) {
            return new At(localTime(at.group(1)));
        }
        Matcher rate = RATE.matcher(text);
        if (rate.matches()) {
            return new Rate(every(Long.parseLong(rate.group(1)), rate.group(2)));
        }
        Matcher cron = CRON.matcher(text);
        if (cron.matches()) {
            return new Cron(CronExpression.parse(cron.group(1)));
        }
        throw invalid("it must be at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(fields)");
    }

    /// @param name an IANA name, or null for UTC
    /// @throws PlatformException `VALIDATION_ERROR` for a zone that there is not
    static ZoneId zone(@Nullable String name) {
        try {
            return name == null ? ZoneId.of("UTC") : ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR, "Invalid Timezone: no IANA name of a time zone.", e);
        }
    }

    /// The last of its times that is after the one moment and not after the other.
    ///
    /// @param origin from which a rate counts
    default Optional<Instant> lastBetween(Instant after, Instant now, Instant origin, ZoneId zone) {
        return switch (this) {
            case At(LocalDateTime time) ->
                Optional.of(time.atZone(zone).toInstant()).filter(due -> due.isAfter(after) && !due.isAfter(now));
            case Rate(Duration every) -> {
                long rounds =
                        now.isBefore(origin) ? 0 : Duration.between(origin, now).dividedBy(every);
                yield Optional.of(origin.plus(every.multipliedBy(rounds)))
                        .filter(due -> due.isAfter(after) && !due.isAfter(now));
            }
            case Cron(CronExpression expression) -> expression.lastBetween(after, now, zone);
        };
    }

    private static LocalDateTime localTime(String text) {
        try {
            return LocalDateTime.parse(text);
        } catch (DateTimeException e) {
            throw invalid("there is no such time", e);
        }
    }

    private static Duration every(long value, String unit) {
        boolean isOne = !unit.endsWith("s");
        if (value < 1 || isOne != (value == 1)) {
            throw invalid("a rate has a value of 1 and a unit in the singular, or more and a unit in the plural");
        }
        ChronoUnit each = unit.startsWith("minute")
                ? ChronoUnit.MINUTES
                : unit.startsWith("hour") ? ChronoUnit.HOURS : ChronoUnit.DAYS;
        return Duration.of(value, each);
    }

    /// What AWS says first about any schedule that it cannot read.
    static PlatformException invalid(String problem) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "Invalid Schedule Expression: " + problem + ".");
    }

    private static PlatformException invalid(String problem, Throwable cause) {
        return new PlatformException(
                ErrorCode.VALIDATION_ERROR, "Invalid Schedule Expression: " + problem + ".", cause);
    }
}

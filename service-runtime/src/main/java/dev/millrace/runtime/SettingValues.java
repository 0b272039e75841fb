package dev.millrace.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How the text of a setting becomes a value; each throws an `IllegalArgumentException` that says what was
/// expected.
public final class SettingValues {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");

    private SettingValues() {}

    /// `300ms`, `5s`, `2m`, `1h`, `7d`, or ISO-8601 such as `PT5S`.
    public static Duration duration(String text) {
        if (text.startsWith("P")) {
            return Duration.parse(text);
        }
        Matcher amount = amount(text, "a duration such as 300ms, 5s, 2m, 1h or 7d");
        long number = Long.parseLong(amount.group(1));
        return switch (amount.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> throw new IllegalArgumentException("expected: a duration such as 300ms, 5s, 2m, 1h or 7d");
        };
    }

    /// `128000`, `64KB`, `25MB`, `1GB` (powers of ten), `64KiB`, `25MiB`, `1GiB` (powers of two).
    public static long bytes(String text) {
        Matcher amount = amount(text, "a size such as 128000, 64KB, 25MB or 1GiB");
        long unit = switch (amount.group(2).toUpperCase(Locale.ROOT)) {
            case "", "B" -> 1;
            case "KB" -> 1_000;
            case "MB" -> 1_000_000;
            case "GB" -> 1_000_000_000;
            case "KIB" -> 1L << 10;
            case "MIB" -> 1L << 20;
            case "GIB" -> 1L << 30;
            default -> throw new IllegalArgumentException("expected: a size such as 128000, 64KB, 25MB or 1GiB");
        };
        try {
            return Math.multiplyExact(Long.parseLong(amount.group(1)), unit);
        } catch (ArithmeticException _) {
            throw new IllegalArgumentException("expected: less than 2^63 bytes");
        }
    }

    /// The text itself, or the first line of a file for `file:/path`.
    public static Secret secret(String text) {
        if (!text.startsWith("file:")) {
            return new Secret(text);
        }
        try (Stream<String> lines = Files.lines(Path.of(text.substring("file:".length())))) {
            return new Secret(lines.findFirst().orElse(""));
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException("expected: a file that can be read", e);
        }
    }

    /// 0 to 65535; 0 picks a free port.
    public static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("expected: 0 to 65535");
        }
        return port;
    }

    /// At least 1.
    public static int positive(String text) {
        int number = Integer.parseInt(text);
        if (number < 1) {
            throw new IllegalArgumentException("expected: >= 1");
        }
        return number;
    }

    /// `true` or `false`.
    public static Boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected: true or false");
        };
    }

    private static Matcher amount(String text, String expected) {
        Matcher matcher = AMOUNT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("expected: " + expected);
        }
        return matcher;
    }
}

package dev.millrace.load.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The readings as lines for a terminal and as a table for the documentation.
final class BenchReport {
    private static final String BEGIN = "<!-- measured: begin -->";
    private static final String END = "<!-- measured: end -->";

    private BenchReport() {}

    static String line(Reading reading) {
        var text = new StringBuilder(reading.isRight() ? "" : "WRONG: ").append(reading.work());
        if (reading.measured() != null && reading.floor() != null) {
            text.append("\n    ")
                    .append(reading.measured())
                    .append("   floor: ")
                    .append(reading.floor())
                    .append("   ratio ")
                    .append(ratio(reading))
                    .append("   target ")
                    .append(reading.target())
                    .append(reading.isReached() ? ": reached" : ": NOT REACHED");
        }
        if (!reading.details().isEmpty()) {
            text.append("\n    ").append(details(reading));
        }
        reading.problems().forEach(problem -> text.append("\n    ").append(problem));
        return text.toString();
    }

    private static String ratio(Reading reading) {
        double ratio = reading.ratio();
        return String.format(Locale.ROOT, ratio < 10 ? "%.2f" : "%.0f", ratio);
    }

    private static String details(Reading reading) {
        return reading.details().stream().map(Figure::toString).collect(Collectors.joining("; "));
    }

    /// Writes the table between the page's two markers, or as the whole file where there are none.
    static void write(Path file, String machine, List<Reading> readings) throws IOException {
        String table = BEGIN + "\n" + machine + "\n\n" + table(readings) + END;
        String page = Files.exists(file) ? Files.readString(file) : "";
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        Files.writeString(
                file,
                begin < 0 || end < begin
                        ? table + "\n"
                        : page.substring(0, begin) + table + page.substring(end + END.length()));
    }

    private static String table(List<Reading> readings) {
        var text = new StringBuilder("""
                | work | target | measured | floor | ratio | reached |
                |---|---|---|---|---|---|
                """);
        for (Reading reading : readings) {
            text.append("| ").append(reading.work()).append(" | ").append(reading.target());
            if (reading.measured() == null || reading.floor() == null) {
                text.append(" | broke off | – | – | no |\n");
            } else {
                text.append(" | ")
                        .append(reading.measured())
                        .append(" | ")
                        .append(reading.floor())
                        .append(" | ")
                        .append(ratio(reading))
                        .append(" | ")
                        .append(reading.isRight() ? reading.isReached() ? "yes" : "no" : "wrong")
                        .append(" |\n");
            }
        }
        text.append('\n');
        for (Reading reading : readings) {
            if (!reading.details().isEmpty() || !reading.isRight()) {
                text.append("- ").append(reading.work()).append(": ").append(details(reading));
                reading.problems()
                        .forEach(problem -> text.append("; **").append(problem).append("**"));
                text.append(".\n");
            }
        }
        return text.append('\n').toString();
    }
}

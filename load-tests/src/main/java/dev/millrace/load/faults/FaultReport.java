package dev.millrace.load.faults;

import dev.millrace.load.history.HistoryReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The results as lines for a terminal and as a page of the documentation.
public final class FaultReport {
    private static final String HEAD = String.format(
            Locale.ROOT,
            "%-6s %-52s %9s %9s %9s %6s %5s %5s %5s %7s  %s",
            "row",
            "fault",
            "attempted",
            "acked",
            "completed",
            "failed",
            "lost",
            "dup",
            "recov",
            "seconds",
            "verdict");

    private FaultReport() {}

    static String head() {
        return HEAD;
    }

    static String line(ScenarioResult result) {
        HistoryReport report = result.report();
        var text = new StringBuilder(
                report == null
                        ? String.format(Locale.ROOT, "%-6s %-52s broke off", result.id(), result.title())
                        : String.format(
                                Locale.ROOT,
                                "%-6s %-52s %9d %9d %9d %6d %5d %5d %5d %7.1f  %s",
                                result.id(),
                                result.title(),
                                report.attempted(),
                                report.acknowledged(),
                                report.completed(),
                                report.failed(),
                                report.lost(),
                                report.duplicated(),
                                report.recovered(),
                                result.took().toMillis() / 1000.0,
                                result.isGood() ? "ok" : "FAILED"));
        complaints(result).forEach(complaint -> text.append("\n         ").append(complaint));
        return text.toString();
    }

    /// The page `docs/reference/faults.md`.
    public static String page(List<ScenarioResult> results, Profile profile, long seed) {
        var text = new StringBuilder("""
                # Faults that lose nothing

                Written by `./millrace faults --report docs/reference/faults.md`: every process is a real one (broker, store,
                gateway, controller, notifier, worker host, workers), a client keeps calling while the fault lasts, and a
                program judges the history of what client, webhook receiver and checker saw.

                *Attempted* calls were made, *acknowledged* ones got a 202. *Lost*: acknowledged, and no terminal state or no
                readable output. *Duplicated*: more than one visible execution. *Recovered*: the answer was lost, the call
                was carried out. Every completed output is compared with what the model gives for its rows.

                """);
        text.append("Profile `")
                .append(profile.name().toLowerCase(Locale.ROOT))
                .append("`, seed ")
                .append(seed)
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" cores, Java ")
                .append(Runtime.version().feature())
                .append(".\n\n");
        text.append("| row | fault | attempted | acknowledged | completed | failed | lost | duplicated | recovered | "
                + "seconds | verdict |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (ScenarioResult result : results) {
            HistoryReport report = result.report();
            text.append("| ").append(result.id()).append(" | ").append(result.title());
            if (report == null) {
                text.append(" | – | – | – | – | – | – | –");
            } else {
                for (int number : List.of(
                        report.attempted(),
                        report.acknowledged(),
                        report.completed(),
                        report.failed(),
                        report.lost(),
                        report.duplicated(),
                        report.recovered())) {
                    text.append(" | ").append(number);
                }
            }
            text.append(" | ").append(result.took().toSeconds());
            text.append(" | ").append(result.isGood() ? "ok" : "failed").append(" |\n");
        }
        List<ScenarioResult> bad =
                results.stream().filter(result -> !result.isGood()).toList();
        if (!bad.isEmpty()) {
            text.append("\nWhat did not hold:\n\n");
            bad.forEach(result -> complaints(result)
                    .forEach(complaint -> text.append("- ")
                            .append(result.id())
                            .append(": ")
                            .append(complaint)
                            .append('\n')));
        }
        return text.toString();
    }

    private static List<String> complaints(ScenarioResult result) {
        var all = new ArrayList<>(result.problems());
        HistoryReport report = result.report();
        if (report != null) {
            all.addAll(report.violations());
        }
        return all;
    }
}

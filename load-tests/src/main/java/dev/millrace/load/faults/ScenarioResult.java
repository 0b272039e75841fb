package dev.millrace.load.faults;

import dev.millrace.load.history.HistoryReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a scenario went.
///
/// @param report null when it broke off before its history could be judged
/// @param problems what did not hold, in words
public record ScenarioResult(
        String id, String title, @Nullable HistoryReport report, List<String> problems, Duration took) {
    public ScenarioResult {
        problems = List.copyOf(problems);
    }

    public boolean isGood() {
        return problems.isEmpty() && report != null && report.isGood();
    }
}

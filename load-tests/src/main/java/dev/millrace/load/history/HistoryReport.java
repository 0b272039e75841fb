package dev.millrace.load.history;

import java.util.List;

/// What a history amounts to, in calls.
///
/// @param attempted calls that a client made
/// @param acknowledged calls that got a 202
/// @param completed calls whose terminal state is `Completed`
/// @param failed calls whose terminal state is another one
/// @param lost acknowledged calls without a terminal state, or completed ones without an output
/// @param unexpected results of calls that nobody made, or that were refused
/// @param duplicated calls with more than one visible execution
/// @param recovered calls whose answer was lost and which were carried out
/// @param unknown calls whose answer was lost and of which nothing is known
/// @param violations of the invariants, each in words
public record HistoryReport(
        int attempted,
        int acknowledged,
        int completed,
        int failed,
        int lost,
        int unexpected,
        int duplicated,
        int recovered,
        int unknown,
        List<String> violations) {
    public HistoryReport {
        violations = List.copyOf(violations);
    }

    public boolean isGood() {
        return lost == 0 && unexpected == 0 && duplicated == 0 && violations.isEmpty();
    }
}

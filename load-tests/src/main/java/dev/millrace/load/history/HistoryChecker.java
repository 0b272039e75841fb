package dev.millrace.load.history;

import dev.millrace.load.history.HistoryEntry.Op;
import dev.millrace.load.history.HistoryEntry.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Says whether a history keeps the promises: nothing lost (I1), one terminal state that never changes (I2),
/// outputs whole and right (I3), and a notification under one id, not before the output can be read (I5).
public final class HistoryChecker {
    private static final String COMPLETED = "Completed";
    private static final int VIOLATIONS_KEPT = 50;

    private final TreeMap<String, List<HistoryEntry>> calls;
    private final List<String> violations = new ArrayList<>();
    private int attempted;
    private int acknowledged;
    private int completed;
    private int failed;
    private int lost;
    private int unexpected;
    private int duplicated;
    private int recovered;
    private int unknown;

    private HistoryChecker(List<HistoryEntry> entries) {
        calls = entries.stream().collect(Collectors.groupingBy(HistoryEntry::id, TreeMap::new, Collectors.toList()));
    }

    public static HistoryReport check(List<HistoryEntry> entries) {
        var checker = new HistoryChecker(entries);
        checker.calls.forEach(checker::call);
        return new HistoryReport(
                checker.attempted,
                checker.acknowledged,
                checker.completed,
                checker.failed,
                checker.lost,
                checker.unexpected,
                checker.duplicated,
                checker.recovered,
                checker.unknown,
                checker.violations);
    }

    private void call(String id, List<HistoryEntry> entries) {
        List<HistoryEntry> invokes = of(entries, Op.INVOKE);
        List<HistoryEntry> ends = of(entries, Op.TERMINAL);
        boolean isAcknowledged = has(invokes, Result.OK);
        boolean isUnknown = !isAcknowledged && has(invokes, Result.UNKNOWN);
        attempted += invokes.isEmpty() ? 0 : 1;
        acknowledged += isAcknowledged ? 1 : 0;
        if (!isAcknowledged && !isUnknown) {
            if (!ends.isEmpty() || !of(entries, Op.OUTPUT).isEmpty()) {
                unexpected++;
                violation(id, "has a result, and " + (invokes.isEmpty() ? "nobody made it" : "it was refused"));
            }
            return;
        }
        if (ends.isEmpty()) {
            if (isAcknowledged) {
                lost++;
                violation(id, "I1: acknowledged and never ended");
            } else {
                unknown++;
            }
            return;
        }
        recovered += isAcknowledged ? 0 : 1;
        executions(id, invokes, ends);
        if (COMPLETED.equals(ends.getFirst().detail())) {
            completed++;
            output(id, invokes, of(entries, Op.OUTPUT));
        } else {
            failed++;
        }
        notifications(id, entries, invokes);
    }

    private void executions(String id, List<HistoryEntry> invokes, List<HistoryEntry> ends) {
        Set<String> promised = invocations(invokes);
        Set<String> ended = invocations(ends);
        if (promised.size() > 1 || ended.size() > 1) {
            duplicated++;
            violation(id, "I2: one call, several invocations: promised " + promised + ", ended " + ended);
        } else if (!promised.isEmpty() && !ended.equals(promised)) {
            violation(id, "I2: " + promised + " was promised and " + ended + " ended");
        }
        Set<String> states =
                ends.stream().map(HistoryEntry::detail).map(String::valueOf).collect(Collectors.toSet());
        if (states.size() > 1) {
            violation(id, "I2: its terminal state changed: " + states);
        }
    }

    private void output(String id, List<HistoryEntry> invokes, List<HistoryEntry> outputs) {
        if (!has(outputs, Result.OK)) {
            lost++;
            violation(id, "I1: completed, and its output cannot be read");
            return;
        }
        String expected = invokes.stream()
                .map(HistoryEntry::sha256)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        for (HistoryEntry output : outputs) {
            if (output.outcome() == Result.OK && !Objects.equals(output.sha256(), expected)) {
                violation(id, "I3: its output is not what the model gives for that input");
            }
        }
    }

    private void notifications(String id, List<HistoryEntry> entries, List<HistoryEntry> invokes) {
        List<HistoryEntry> webhooks = of(entries, Op.WEBHOOK);
        if (!of(entries, Op.SUBSCRIBE).isEmpty() && webhooks.isEmpty()) {
            violation(id, "I5: it ended and no notification came");
        }
        Set<String> messages =
                webhooks.stream().map(HistoryEntry::detail).map(String::valueOf).collect(Collectors.toSet());
        if (messages.size() > 1) {
            violation(id, "I5: its notification came under several message ids: " + messages);
        }
        if (has(webhooks, Result.FAIL)) {
            violation(id, "I5: a notification came before the output could be read");
        }
        Optional<HistoryEntry> first = invokes.stream().findFirst();
        if (webhooks.stream()
                .anyMatch(webhook -> webhook.ts().isBefore(first.orElseThrow().ts()))) {
            violation(id, "I5: a notification came before the call was made");
        }
    }

    private void violation(String id, String what) {
        if (violations.size() < VIOLATIONS_KEPT) {
            violations.add(id + ": " + what);
        }
    }

    private static List<HistoryEntry> of(List<HistoryEntry> entries, Op op) {
        return entries.stream().filter(entry -> entry.op() == op).toList();
    }

    private static boolean has(List<HistoryEntry> entries, Result outcome) {
        return entries.stream().anyMatch(entry -> entry.outcome() == outcome);
    }

    private static Set<String> invocations(List<HistoryEntry> entries) {
        return entries.stream()
                .map(HistoryEntry::invocationId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}

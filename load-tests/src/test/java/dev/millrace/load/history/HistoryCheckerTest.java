package dev.millrace.load.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.history.HistoryEntry.Actor;
import dev.millrace.load.history.HistoryEntry.Op;
import dev.millrace.load.history.HistoryEntry.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// A good history passes; each doctored one fails.
class HistoryCheckerTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final String DOCTORED = "call-3";

    private static HistoryEntry entry(
            Actor actor,
            Op op,
            String id,
            long second,
            Result result,
            @Nullable String sha,
            @Nullable String invocation,
            @Nullable String detail) {
        return new HistoryEntry(START.plusSeconds(second), actor, op, id, result, sha, 1, invocation, detail);
    }

    private static Stream<HistoryEntry> call(String id) {
        return Stream.of(
                entry(Actor.CLIENT, Op.SUBSCRIBE, id, 0, Result.OK, null, null, null),
                entry(Actor.CLIENT, Op.INVOKE, id, 0, Result.OK, "right-" + id, "inv-" + id, null),
                entry(Actor.RECEIVER, Op.WEBHOOK, id, 2, Result.OK, null, "inv-" + id, "msg-" + id),
                entry(Actor.CHECKER, Op.TERMINAL, id, 3, Result.OK, null, "inv-" + id, "Completed"),
                entry(Actor.CHECKER, Op.OUTPUT, id, 3, Result.OK, "right-" + id, "inv-" + id, null));
    }

    private static List<HistoryEntry> good() {
        return IntStream.range(0, 10).boxed().flatMap(n -> call("call-" + n)).toList();
    }

    @Test
    void aGoodHistoryPasses() {
        HistoryReport report = HistoryChecker.check(good());

        assertThat(report.isGood()).isTrue();
        assertThat(report.attempted()).isEqualTo(10);
        assertThat(report.acknowledged()).isEqualTo(10);
        assertThat(report.completed()).isEqualTo(10);
    }

    @TestFactory
    Stream<DynamicTest> eachDoctoredHistoryFails() {
        return Stream.of(
                doctored("a loss", without(Op.TERMINAL, Op.OUTPUT), "I1"),
                doctored("a lost output", without(Op.OUTPUT), "I1"),
                doctored("a duplicate", withEnd("inv-other", "Completed"), "I2"),
                doctored("a state that changes", withEnd("inv-" + DOCTORED, "Failed"), "I2"),
                doctored("a partial output", changed(Op.OUTPUT, "sha256"), "I3"),
                doctored("a notification before the output", changed(Op.WEBHOOK, "outcome"), "I5"),
                doctored("a notification before the call", changed(Op.WEBHOOK, "ts"), "I5"),
                doctored("a notification that never came", without(Op.WEBHOOK), "I5"),
                doctored("a result of a refused call", changed(Op.INVOKE, "outcome"), "refused"));
    }

    @Test
    void countsWhatIsLostDuplicatedRecoveredAndUnknown() {
        HistoryReport lost =
                HistoryChecker.check(without(Op.TERMINAL, Op.OUTPUT).apply(good()));
        HistoryReport twice =
                HistoryChecker.check(withEnd("inv-other", "Completed").apply(good()));
        HistoryReport recovered = HistoryChecker.check(good().stream()
                .map(each -> each.op() == Op.INVOKE && each.id().equals(DOCTORED)
                        ? entry(Actor.CLIENT, Op.INVOKE, DOCTORED, 0, Result.UNKNOWN, each.sha256(), null, "reset")
                        : each)
                .toList());
        HistoryReport unknown = HistoryChecker.check(
                List.of(entry(Actor.CLIENT, Op.INVOKE, "alone", 0, Result.UNKNOWN, "right", null, "reset")));

        assertThat(lost.lost()).isEqualTo(1);
        assertThat(twice.duplicated()).isEqualTo(1);
        assertThat(recovered.recovered()).isEqualTo(1);
        assertThat(recovered.isGood()).isTrue();
        assertThat(unknown.unknown()).isEqualTo(1);
        assertThat(unknown.isGood()).isTrue();
    }

    @Test
    void readsWhatItWrote(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("history.jsonl");
        try (var history = new History(file)) {
            good().forEach(history::add);
        }

        assertThat(History.read(file)).isEqualTo(good());
    }

    private static DynamicTest doctored(String name, UnaryOperator<List<HistoryEntry>> change, String says) {
        return DynamicTest.dynamicTest(name, () -> {
            HistoryReport report = HistoryChecker.check(change.apply(good()));

            assertThat(report.isGood()).isFalse();
            assertThat(report.violations()).singleElement().asString().contains(DOCTORED, says);
        });
    }

    private static UnaryOperator<List<HistoryEntry>> without(Op... ops) {
        return entries -> entries.stream()
                .filter(each -> !each.id().equals(DOCTORED) || !List.of(ops).contains(each.op()))
                .toList();
    }

    private static UnaryOperator<List<HistoryEntry>> withEnd(String invocation, String state) {
        return entries -> {
            var more = new ArrayList<>(entries);
            more.add(entry(Actor.CHECKER, Op.TERMINAL, DOCTORED, 4, Result.OK, null, invocation, state));
            return more;
        };
    }

    private static UnaryOperator<List<HistoryEntry>> changed(Op op, String what) {
        return entries -> entries.stream()
                .map(each -> each.op() == op && each.id().equals(DOCTORED) ? changed(each, what) : each)
                .toList();
    }

    private static HistoryEntry changed(HistoryEntry each, String what) {
        return new HistoryEntry(
                what.equals("ts") ? START.minusSeconds(1) : each.ts(),
                each.actor(),
                each.op(),
                each.id(),
                what.equals("outcome") ? Result.FAIL : each.outcome(),
                what.equals("sha256") ? "half" : each.sha256(),
                each.attempt(),
                each.invocationId(),
                each.detail());
    }
}

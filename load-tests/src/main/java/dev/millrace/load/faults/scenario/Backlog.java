package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Call;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.history.HistoryEntry.Op;
import dev.millrace.load.history.HistoryEntry.Result;
import dev.millrace.runtime.Threads;
import dev.millrace.testkit.HttpFault;
import dev.millrace.testkit.HttpFaultProxy.Request;
import dev.millrace.testkit.TestModel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Calls that wait, and a few that run and cannot store their outputs until they are released.
final class Backlog {
    private static final int AT_ONCE = 64;
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Stage stage;
    private final Digits digits = new Digits(TestModel.DIGITS);

    Backlog(Stage stage) {
        this.stage = stage;
    }

    /// Makes so many calls; the workers finish none of them before [#release].
    void queue(int calls) throws InterruptedException {
        stage.cluster()
                .workerStore()
                .injectFor(Request.of("PUT", "/" + stage.outputPrefix()), LONG, new HttpFault.Status(503));
        var slots = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("backlog"))) {
            for (int n = 0; n < calls; n++) {
                int row = n;
                slots.acquire();
                threads.execute(() -> {
                    try {
                        stage.client()
                                .call(new Call(
                                        stage.endpoint() + "-waits-" + row,
                                        "application/json",
                                        digits.json(row),
                                        digits.expected(row, 1),
                                        null,
                                        null,
                                        Map.of()));
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    } finally {
                        slots.release();
                    }
                });
            }
        }
    }

    void release() {
        stage.cluster().workerStore().heal();
    }

    boolean isAnyRefused() {
        return stage.history().entries().stream()
                .anyMatch(entry -> entry.op() == Op.INVOKE && entry.outcome() != Result.OK);
    }
}

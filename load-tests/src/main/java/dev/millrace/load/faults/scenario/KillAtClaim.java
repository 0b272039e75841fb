package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Call;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.Wait;
import dev.millrace.runtime.Threads;
import dev.millrace.testkit.HttpFault;
import dev.millrace.testkit.TestModel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Kills the gateway while it writes the claim of an idempotency key for the n-th time; the client keeps
/// trying with
/// that key until a new gateway answers.
final class KillAtClaim {
    private static final int ROWS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Stage stage;
    private final Digits digits = new Digits(TestModel.DIGITS);

    KillAtClaim(Stage stage) {
        this.stage = stage;
    }

    /// @param writing which of the claim's writes meets the fault
    void call(String id, int writing, HttpFault fault) throws Exception {
        var writes = new AtomicInteger();
        var met = new CountDownLatch(1);
        stage.cluster()
                .gatewayStore()
                .inject(
                        request -> {
                            boolean isMet = request.method().equals("PUT")
                                    && request.target().contains("/claims/")
                                    && writes.incrementAndGet() == writing;
                            if (isMet) {
                                met.countDown();
                            }
                            return isMet;
                        },
                        1,
                        fault);
        var call = new Call(
                id,
                "application/x-npy",
                digits.npy(0, ROWS),
                digits.expected(0, ROWS),
                "key-" + id,
                stage.sink().url(),
                Map.of());
        try (ExecutorService client = Executors.newSingleThreadExecutor(Threads.virtual("client"))) {
            var answered = CompletableFuture.supplyAsync(() -> make(call), client);
            if (!met.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the claim was not written " + writing + " times");
            }
            if (fault instanceof HttpFault.DropAnswer) {
                // The store does its work first: the fault is the answer that is lost.
                Wait.pause(Duration.ofMillis(100));
            }
            stage.cluster().gateway().kill();
            stage.cluster().gatewayStore().heal();
            stage.cluster().gateway().start();
            stage.expect(
                    answered.get(PATIENCE.toSeconds(), TimeUnit.SECONDS) != null, id + " is accepted on another try");
        }
    }

    private @Nullable String make(Call call) {
        try {
            return stage.client().call(call);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}

package dev.millrace.load.faults;

import dev.millrace.load.harness.Digits;
import dev.millrace.runtime.Threads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// An open-loop load of asynchronous calls in the background, bounded in number and in time: most ride in
/// their record,
/// some are uploads, some have an idempotency key, some ask for a webhook.
public final class Load {
    private static final int IN_FLIGHT = 256;
    private static final int UPLOAD_ROWS = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String prefix;
    private final Digits digits;
    private final String webhookUrl;
    private final Client client;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("load"));
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);

    /// @param prefix of the calls' ids
    Load(String prefix, Digits digits, String webhookUrl, Client client) {
        this.prefix = prefix;
        this.digits = digits;
        this.webhookUrl = webhookUrl;
        this.client = client;
    }

    /// Begins to send so many calls at that rate, whatever becomes of them, and returns at once.
    Load start(int calls, double perSecond) {
        threads.execute(() -> send(calls, perSecond));
        return this;
    }

    /// Waits until every call has been made, tries included.
    public void await() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            threads.shutdownNow();
            throw new IllegalStateException("the load did not end within " + PATIENCE);
        }
    }

    private void send(int calls, double perSecond) {
        long start = System.nanoTime();
        try {
            for (int n = 0; n < calls; n++) {
                long due = start + (long) (n * 1e9 / perSecond);
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                Call call = call(n);
                inFlight.acquire();
                // Not through the executor: it may be closing already, and waits for this loop anyway.
                Thread sender = Thread.ofVirtual().unstarted(() -> make(call));
                sender.start();
            }
            inFlight.acquire(IN_FLIGHT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void make(Call call) {
        try {
            client.call(call);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            inFlight.release();
        }
    }

    private Call call(int n) {
        String id = prefix + "-" + n;
        boolean isUpload = n % 10 == 0;
        int rows = isUpload ? UPLOAD_ROWS : 1;
        return new Call(
                id,
                isUpload ? "application/x-npy" : "application/json",
                isUpload ? digits.npy(n, rows) : digits.json(n),
                digits.expected(n, rows),
                n % 5 == 0 ? "key-" + id : null,
                n % 4 == 0 ? webhookUrl : null,
                Map.of());
    }
}

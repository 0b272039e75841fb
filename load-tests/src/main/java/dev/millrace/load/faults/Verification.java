package dev.millrace.load.faults;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.Wait;
import dev.millrace.load.history.History;
import dev.millrace.load.history.HistoryEntry;
import dev.millrace.load.history.HistoryEntry.Actor;
import dev.millrace.load.history.HistoryEntry.Op;
import dev.millrace.load.history.HistoryEntry.Result;
import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads what became of every call and writes it down, for the history checker.
final class Verification {
    private static final int AT_ONCE = 32;
    private static final int WAIT_SECONDS = 5;
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Set<String> TERMINAL = Set.of("Completed", "Failed", "Expired", "Cancelled");

    private final ApiClient api;
    private final ObjectStore store;
    private final BucketName bucket;
    private final UnaryOperator<String> endpoints;
    private final History history;

    /// @param endpoints which endpoint a call was made to
    Verification(
            ApiClient api, ObjectStore store, BucketName bucket, UnaryOperator<String> endpoints, History history) {
        this.api = api;
        this.store = store;
        this.bucket = bucket;
        this.endpoints = endpoints;
        this.history = history;
    }

    /// Waits for the end of every acknowledged call, then looks at all others, at the objects and for the
    /// webhooks.
    void run(String outputPrefix, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Set<String> acknowledged = ids(entry -> entry.op() == Op.INVOKE && entry.outcome() == Result.OK);
        Set<String> uncertain = ids(entry -> entry.op() == Op.INVOKE);
        uncertain.removeAll(acknowledged);
        forEach(acknowledged, id -> follow(id, deadline));
        Wait.pause(GRACE);
        forEach(uncertain, id -> follow(id, System.nanoTime() + GRACE.toNanos()));
        awaitWebhooks(deadline);
        // Once more: a terminal state never changes, and nobody's output appears late.
        forEach(ids(entry -> entry.op() == Op.TERMINAL), this::readAgain);
        objects(outputPrefix);
    }

    private void follow(String id, long deadline) throws InterruptedException {
        boolean isFirst = true;
        while (isFirst || System.nanoTime() < deadline) {
            isFirst = false;
            try {
                JsonNode status = api.status(endpoints.apply(id), id, WAIT_SECONDS);
                if (isTerminal(status)) {
                    write(id, status);
                    return;
                }
            } catch (IOException | RuntimeException _) {
                // The system may still be coming back; what stays away is a loss.
            }
            Wait.pause(PAUSE);
        }
    }

    private void write(String id, JsonNode status) throws InterruptedException {
        terminal(id, status);
        for (JsonNode other : status.path("otherInvocationIds")) {
            try {
                JsonNode twin = api.status(endpoints.apply(id), other.asString(""), 0);
                if (isTerminal(twin)) {
                    terminal(id, twin);
                }
            } catch (IOException e) {
                throw new IllegalStateException("the status of " + other + " cannot be read", e);
            }
        }
        if (status.path("status").asString("").equals("Completed")) {
            output(id, status.path("invocationId").asString(""));
        }
    }

    private void output(String id, String invocation) throws InterruptedException {
        boolean isExpected = history.entries().stream()
                .anyMatch(entry -> entry.id().equals(id) && entry.op() == Op.INVOKE && entry.sha256() != null);
        try {
            String text = api.output(endpoints.apply(id), invocation);
            String digest = isExpected ? Digits.digest(api.parse(text)) : null;
            add(Op.OUTPUT, id, Result.OK, digest, invocation, text.length() + " bytes");
        } catch (IOException | RuntimeException e) {
            add(Op.OUTPUT, id, Result.FAIL, null, invocation, String.valueOf(e.getMessage()));
        }
    }

    private void readAgain(String id) throws InterruptedException {
        try {
            JsonNode status = api.status(endpoints.apply(id), id, 0);
            terminal(id, status);
        } catch (IOException | RuntimeException e) {
            add(Op.TERMINAL, id, Result.FAIL, null, null, "gone: " + e.getMessage());
        }
    }

    private void terminal(String id, JsonNode status) {
        add(
                Op.TERMINAL,
                id,
                Result.OK,
                null,
                status.path("invocationId").asString(""),
                status.path("status").asString(""));
    }

    private void awaitWebhooks(long deadline) throws InterruptedException {
        Set<String> ended = ids(entry -> entry.op() == Op.TERMINAL);
        Set<String> wanted = ids(entry -> entry.op() == Op.SUBSCRIBE && ended.contains(entry.id()));
        while (System.nanoTime() < deadline
                && !ids(entry -> entry.op() == Op.WEBHOOK).containsAll(wanted)) {
            Wait.pause(PAUSE);
        }
    }

    /// Every output object belongs to a call that was made.
    private void objects(String prefix) throws InterruptedException {
        Set<String> known = history.entries().stream()
                .filter(entry -> entry.op() == Op.TERMINAL)
                .map(HistoryEntry::invocationId)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(HashSet::new));
        String after = "";
        List<ObjectInfo> page = store.list(bucket, prefix, after);
        while (!page.isEmpty()) {
            for (ObjectInfo object : page) {
                after = object.location().key();
                String name = after.substring(after.lastIndexOf('/') + 1);
                String invocation = name.replaceAll("(-error)?\\.out$", "");
                if (!known.contains(invocation)) {
                    unaccounted(invocation, after);
                }
            }
            page = store.list(bucket, prefix, after);
        }
    }

    private void unaccounted(String invocation, String key) throws InterruptedException {
        try {
            JsonNode status = api.status(endpoints.apply(key), invocation, 0);
            terminal(status.path("inferenceId").asString(key), status);
        } catch (IOException | RuntimeException _) {
            add(Op.OUTPUT, key, Result.OK, null, invocation, "an object of no known call");
        }
    }

    private static boolean isTerminal(JsonNode status) {
        return TERMINAL.contains(status.path("status").asString(""));
    }

    private Set<String> ids(Predicate<HistoryEntry> which) {
        return history.entries().stream()
                .filter(which)
                .map(HistoryEntry::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void add(
            Op op,
            String id,
            Result result,
            @Nullable String sha,
            @Nullable String invocation,
            @Nullable String detail) {
        history.add(new HistoryEntry(Instant.now(), Actor.CHECKER, op, id, result, sha, 1, invocation, detail));
    }

    /// What is done for one call.
    @FunctionalInterface
    private interface Step {
        void take(String id) throws InterruptedException;
    }

    private static void forEach(Set<String> ids, Step step) throws InterruptedException {
        var slots = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("checker"))) {
            for (String id : ids) {
                slots.acquire();
                threads.execute(() -> {
                    try {
                        step.take(id);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    } finally {
                        slots.release();
                    }
                });
            }
        }
    }
}

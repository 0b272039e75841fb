package dev.millrace.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plays load against the policy in virtual time, second by second, with workers that start after a while and
/// finish requests at a steady rate.
final class ScalingTrace {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final ScalingPolicy policy;
    private final int min;
    private final int max;
    private final int concurrency;
    private final double ratePerWorker;
    private final int startSeconds;
    private final List<Instant> placedAt = new ArrayList<>();
    private final List<ScalingDecision> decisions = new ArrayList<>();
    private @Nullable Instant emptiedAt;
    private ScalingMemory memory = ScalingMemory.begin(START);
    private Instant now = START;
    private double finished;
    private long arrived;
    private boolean isWoken;
    private boolean isContended;

    ScalingTrace(ScalingSettings settings, int min, int max, double ratePerWorker, int startSeconds) {
        this(settings, min, max, 2, ratePerWorker, startSeconds);
    }

    ScalingTrace(ScalingSettings settings, int min, int max, int concurrency, double ratePerWorker, int startSeconds) {
        this.policy = new ScalingPolicy(settings);
        this.min = min;
        this.max = max;
        this.concurrency = concurrency;
        this.ratePerWorker = ratePerWorker;
        this.startSeconds = startSeconds;
    }

    ScalingTrace arrive(long requests) {
        isWoken = placedAt.isEmpty();
        arrived += requests;
        return this;
    }

    ScalingTrace contended() {
        isContended = true;
        return this;
    }

    /// One second with nothing arriving.
    ScalingTrace second() {
        return seconds(1, 0);
    }

    ScalingTrace seconds(int count, long perSecond) {
        for (int i = 0; i < count; i++) {
            arrived += perSecond;
            int ready = ready();
            finished = Math.min((double) arrived, finished + ready * ratePerWorker);
            now = now.plusSeconds(1);
            decide(new Load(now, arrived - (long) finished, arrived), ready);
        }
        return this;
    }

    /// Somebody asks for no workers.
    ScalingTrace emptied() {
        emptiedAt = now;
        return this;
    }

    /// A decision between two looks at the backlog.
    ScalingTrace atOnce() {
        decide(null, ready());
        return this;
    }

    /// Seconds in which the broker does not answer.
    ScalingTrace blindSeconds(int count) {
        for (int i = 0; i < count; i++) {
            now = now.plusSeconds(1);
            decide(null, ready());
        }
        return this;
    }

    ScalingDecision last() {
        return decisions.getLast();
    }

    int placed() {
        return placedAt.size();
    }

    long backlog() {
        return arrived - (long) finished;
    }

    /// How often the number of workers changed.
    long changes() {
        long changes = 0;
        for (int i = 1; i < decisions.size(); i++) {
            changes += decisions.get(i).desired() == decisions.get(i - 1).desired() ? 0 : 1;
        }
        return changes;
    }

    int peak() {
        return decisions.stream().mapToInt(ScalingDecision::desired).max().orElse(0);
    }

    private int ready() {
        return (int) placedAt.stream()
                .filter(at -> !at.plus(Duration.ofSeconds(startSeconds)).isAfter(now))
                .count();
    }

    private void decide(@Nullable Load load, int ready) {
        int busy = load == null ? 0 : (int) Math.min(ready, Math.ceil(load.backlog() / (double) concurrency));
        var metrics =
                new ScalingMetrics(min, max, concurrency, load, placed(), ready, busy, isWoken, isContended, emptiedAt);
        ScalingPolicy.Verdict verdict = policy.decide(metrics, memory, now);
        isWoken = false;
        memory = verdict.memory();
        decisions.add(verdict.decision());
        while (placed() < verdict.decision().desired()) {
            placedAt.add(now);
        }
        while (placed() > verdict.decision().desired()) {
            placedAt.removeLast();
        }
    }
}

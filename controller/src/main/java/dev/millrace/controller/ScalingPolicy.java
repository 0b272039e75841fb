package dev.millrace.controller;

import dev.millrace.controller.ScalingDecision.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Decides how many workers a generation shall have. Pure: the same metrics, memory and time give the same
/// answer.
///
/// From zero at the first request. More when the backlog asks for it all through a short window and the workers
/// would not clear it soon at the rate they show. Fewer when fewer would have done all through a long
/// window. To the minimum when nothing came for the idle time.
final class ScalingPolicy {
    /// While the first worker starts: how many rounds of what it runs at once may wait for it.
    private static final int ROUNDS = 4;

    /// A worker that is busy four fifths of the time is in full use.
    private static final double FULL_USE = 0.8;

    private final ScalingSettings settings;

    ScalingPolicy(ScalingSettings settings) {
        this.settings = settings;
    }

    /// @param memory for the next decision
    record Verdict(ScalingDecision decision, ScalingMemory memory) {}

    Verdict decide(ScalingMetrics metrics, ScalingMemory memory, Instant now) {
        ScalingMemory next = remember(metrics, memory, now);
        Duration idleTime =
                metrics.isContended() && settings.contendedIdleTime().compareTo(settings.idleTime()) < 0
                        ? settings.contendedIdleTime()
                        : settings.idleTime();
        Load load = metrics.load();
        boolean isIdle =
                load != null && (!next.lastActive().plus(idleTime).isAfter(now) || isEmptied(metrics, load, next));
        return new Verdict(bounded(unbounded(metrics, next, isIdle, now), metrics), next);
    }

    private static boolean isEmptied(ScalingMetrics metrics, Load load, ScalingMemory memory) {
        return metrics.emptiedAt() != null
                && !memory.lastActive().isAfter(metrics.emptiedAt())
                && load.backlog() == 0
                && metrics.busy() == 0;
    }

    private ScalingMemory remember(ScalingMetrics metrics, ScalingMemory memory, Instant now) {
        boolean isBusy = metrics.isWoken() || metrics.busy() > 0;
        Load load = metrics.load();
        if (load == null) {
            return isBusy ? memory.active(now) : memory;
        }
        Load last = memory.lastLoad();
        boolean isActive = isBusy || load.backlog() > 0 || (last != null && load.arrived() > last.arrived());
        if (last != null && last.at().equals(load.at())) {
            return isActive ? memory.active(now) : memory;
        }
        int wanted = wanted(load, metrics, memory.finishedPerSecond(settings.outWindow(), now));
        return memory.with(new ScalingMemory.Sample(now, load, wanted, metrics.busy()), isActive, settings.inWindow());
    }

    /// How many workers the load calls for.
    private int wanted(Load load, ScalingMetrics metrics, double finishedPerSecond) {
        if (settings.targetBacklogPerWorker() > 0) {
            return workers((double) load.backlog() / settings.targetBacklogPerWorker());
        }
        if (metrics.ready() == 0) {
            return workers((double) load.backlog() / (ROUNDS * metrics.concurrency()));
        }
        if (finishedPerSecond <= 0) {
            return workers((double) load.backlog() / metrics.concurrency());
        }
        double seconds = load.backlog() / finishedPerSecond;
        return workers(metrics.ready() * seconds * 1000 / settings.drainTime().toMillis());
    }

    private ScalingDecision unbounded(ScalingMetrics metrics, ScalingMemory memory, boolean isIdle, Instant now) {
        int placed = metrics.placed();
        long backlog = metrics.load() == null ? 0 : metrics.load().backlog();
        if (placed == 0 && metrics.emptiedAt() != null && !settings.isWakeOn()) {
            return new ScalingDecision(0, Reason.STEADY, "none were asked for, and scaling.wake is off");
        }
        if (placed == 0) {
            return backlog > 0 || metrics.isWoken()
                    ? new ScalingDecision(1, Reason.WOKEN, "a request came and no worker was there")
                    : new ScalingDecision(0, Reason.STEADY, "nothing waits");
        }
        if (isIdle) {
            return new ScalingDecision(0, Reason.IDLE, "nothing came since " + memory.lastActive());
        }
        if (memory.covers(settings.outWindow(), now)) {
            int more = memory.recent(settings.outWindow(), now).stream()
                    .mapToInt(ScalingMemory.Sample::wanted)
                    .min()
                    .orElse(placed);
            if (more > placed) {
                return new ScalingDecision(more, Reason.BACKLOG, backlog + " requests wait or run");
            }
        }
        if (memory.covers(settings.inWindow(), now)) {
            int fewer = enough(memory.recent(settings.inWindow(), now));
            if (fewer < placed) {
                return new ScalingDecision(
                        fewer,
                        Reason.BACKLOG_FELL,
                        "fewer were enough for " + settings.inWindow().toSeconds() + " s");
            }
        }
        return new ScalingDecision(placed, Reason.STEADY, backlog + " requests wait or run");
    }

    private static ScalingDecision bounded(ScalingDecision decision, ScalingMetrics metrics) {
        if (decision.desired() < metrics.min()) {
            return metrics.placed() >= metrics.min()
                    ? new ScalingDecision(metrics.min(), decision.reason(), decision.detail())
                    : new ScalingDecision(metrics.min(), Reason.BELOW_MINIMUM, "the minimum is " + metrics.min());
        }
        if (decision.desired() > metrics.max()) {
            return metrics.placed() <= metrics.max()
                    ? new ScalingDecision(
                            metrics.max(),
                            metrics.placed() == metrics.max() ? Reason.STEADY : decision.reason(),
                            decision.detail() + ", the maximum is " + metrics.max())
                    : new ScalingDecision(metrics.max(), Reason.ABOVE_MAXIMUM, "the maximum is " + metrics.max());
        }
        return decision;
    }

    /// How many workers would have done all the time, from 1.
    private static int enough(List<ScalingMemory.Sample> samples) {
        int peak = samples.stream().mapToInt(ScalingMemory.Sample::wanted).max().orElse(Integer.MAX_VALUE);
        double busy =
                samples.stream().mapToInt(ScalingMemory.Sample::busy).average().orElse(0);
        return Math.max(1, Math.max(peak, workers(busy / FULL_USE)));
    }

    private static int workers(double count) {
        return (int) Math.min(Math.ceil(count), 1_000_000);
    }
}

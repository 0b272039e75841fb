package dev.millrace.controller;

import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.port.Feed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The latest report of every worker host. Thread-safe.
///
/// A host that was not heard of for a while is lost. Reports are timed by this process's clock, except
/// the old ones read at the start: they count from when they were written, so that a host long gone is
/// not taken for alive.
final class HostBoard implements Feed.Listener<HostReport> {
    private record Seen(HostReport report, Instant at) {}

    private final Map<String, Seen> hosts = new ConcurrentHashMap<>();
    private final Duration lostAfter;
    private final InstantSource clock;
    private final BiConsumer<@Nullable HostReport, HostReport> onChange;
    private volatile boolean isCaughtUp;

    /// @param onChange told of each report with the one before it, or null; must not block
    HostBoard(Duration lostAfter, InstantSource clock, BiConsumer<@Nullable HostReport, HostReport> onChange) {
        this.lostAfter = lostAfter;
        this.clock = clock;
        this.onChange = onChange;
    }

    @Override
    public void onDocument(String key, @Nullable HostReport report) {
        if (report == null) {
            Seen gone = hosts.remove(key);
            if (gone != null) {
                onChange.accept(gone.report(), without(gone.report()));
            }
            return;
        }
        Instant now = clock.instant();
        Instant at = isCaughtUp || report.at().isAfter(now) ? now : report.at();
        Seen before = hosts.put(key, new Seen(report, at));
        onChange.accept(before == null ? null : before.report(), report);
    }

    /// From now on reports are news.
    void caughtUp() {
        isCaughtUp = true;
    }

    /// The hosts that reported in time.
    Collection<HostReport> alive() {
        Instant oldest = clock.instant().minus(lostAfter);
        return hosts.values().stream()
                .filter(seen -> seen.at().isAfter(oldest))
                .map(Seen::report)
                .toList();
    }

    /// Forgets hosts that were lost long ago and returns those that became lost since the last call.
    List<HostReport> sweep() {
        Instant oldest = clock.instant().minus(lostAfter);
        List<Seen> lost = hosts.values().stream()
                .filter(seen -> !seen.at().isAfter(oldest))
                .toList();
        lost.forEach(seen -> hosts.remove(seen.report().hostId(), seen));
        return lost.stream().map(Seen::report).toList();
    }

    private static HostReport without(HostReport report) {
        return new HostReport(
                report.hostId(), report.at(), 0, report.cores(), report.memoryMb(), report.gpus(), Map.of(), Map.of());
    }
}

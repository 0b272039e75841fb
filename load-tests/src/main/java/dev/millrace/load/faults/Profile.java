package dev.millrace.load.faults;

import java.time.Duration;

/// How long and how often faults last.
public enum Profile {
    /// For every change: all scenarios within minutes on two cores.
    SHORT(4, Duration.ofSeconds(5), 600),
    /// The table of faults as it is written.
    FULL(20, Duration.ofSeconds(30), 3_000);

    private final int kills;
    private final Duration outage;
    private final int calls;

    Profile(int kills, Duration outage, int calls) {
        this.kills = kills;
        this.outage = outage;
        this.calls = calls;
    }

    /// How often a worker is killed.
    public int kills() {
        return kills;
    }

    /// How long something is away.
    public Duration outage() {
        return outage;
    }

    /// How many calls a load has.
    public int calls() {
        return calls;
    }
}

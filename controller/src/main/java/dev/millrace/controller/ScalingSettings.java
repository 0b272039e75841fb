package dev.millrace.controller;

import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.time.Duration;

/// How eagerly workers are added and removed.
///
/// @param idleTime how long nothing may arrive or run before a variant goes to its minimum
/// @param contendedIdleTime the same while another endpoint waits for room on the hosts
/// @param targetBacklogPerWorker records per worker that need no further worker; 0 goes by the rate at which
///     the
///     workers finish, and before there is one by what a worker runs at once
/// @param drainTime a backlog that the workers finish within this time needs no further worker
/// @param outWindow how long a backlog must call for more workers before they are added
/// @param inWindow how long fewer workers must do before any are removed
/// @param isWakeOn whether a call wakes a worker where a policy or a caller asked for none
public record ScalingSettings(
        Duration idleTime,
        Duration contendedIdleTime,
        int targetBacklogPerWorker,
        Duration drainTime,
        Duration outWindow,
        Duration inWindow,
        boolean isWakeOn) {
    public static final ScalingSettings DEFAULT = new ScalingSettings(
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            0,
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(60),
            true);

    public ScalingSettings {
        if (idleTime.isNegative() || contendedIdleTime.isNegative()) {
            throw new IllegalArgumentException("scaling.idle-time: " + idleTime + " (expected: >= 0)");
        }
        if (targetBacklogPerWorker < 0) {
            throw new IllegalArgumentException(
                    "scaling.target-backlog-per-worker: " + targetBacklogPerWorker + " (expected: >= 0)");
        }
        if (!drainTime.isPositive() || outWindow.isNegative() || inWindow.compareTo(outWindow) < 0) {
            throw new IllegalArgumentException("scaling windows: drain " + drainTime + ", out " + outWindow + ", in "
                    + inWindow + " (expected: drain > 0, 0 <= out <= in)");
        }
    }

    static ScalingSettings from(Settings settings) {
        return new ScalingSettings(
                settings.get("scaling.idle-time", DEFAULT.idleTime, SettingValues::duration),
                settings.get("scaling.contended-idle-time", DEFAULT.contendedIdleTime, SettingValues::duration),
                settings.get("scaling.target-backlog-per-worker", DEFAULT.targetBacklogPerWorker, Integer::valueOf),
                settings.get("scaling.drain-time", DEFAULT.drainTime, SettingValues::duration),
                settings.get("scaling.out-window", DEFAULT.outWindow, SettingValues::duration),
                settings.get("scaling.in-window", DEFAULT.inWindow, SettingValues::duration),
                settings.get("scaling.wake", DEFAULT.isWakeOn, SettingValues::flag));
    }
}

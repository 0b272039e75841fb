package dev.millrace.controller;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.time.Duration;

/// The settings of the controller.
///
/// @param startupTimeout how long the first worker of a generation may take until its model is ready, where the
///     endpoint config sets no time
/// @param maxStartCrashes how often in a row the first worker of a generation may crash
/// @param hostLostAfter after which silence a worker host is lost
/// @param drainGrace how long a queue that is to go must be empty with nothing arriving, so that gateways
///     that have
///     not heard of the change yet lose nothing
/// @param replaceUnusableAfter when a worker that cannot serve is replaced by another try
/// @param trimEvery how often lanes are trimmed and looked at for a full window
/// @param windowRecords how many records beyond its oldest unfinished one a lane delivers
/// @param payloadRetention how long payloads that the platform stored are kept
/// @param sweepEvery how often payloads are looked through
/// @param deletedEndpointRetention how long the webhook secret and the topics of a deleted endpoint are kept for what
/// is
///     still owed: longer than events are kept and the notifier tries together
public record ControllerConfig(
        ControlPlaneConfig controlPlane,
        ScalingSettings scaling,
        Duration startupTimeout,
        int maxStartCrashes,
        Duration hostLostAfter,
        Duration drainGrace,
        Duration replaceUnusableAfter,
        Duration trimEvery,
        long windowRecords,
        Duration payloadRetention,
        Duration sweepEvery,
        Duration deletedEndpointRetention) {
    public static final ControllerConfig DEFAULT = of(ControlPlaneConfig.DEFAULT, ScalingSettings.DEFAULT);

    public ControllerConfig {
        requirePositive("controller.startup-timeout", startupTimeout);
        requirePositive("controller.host-lost-after", hostLostAfter);
        requirePositive("controller.trim-every", trimEvery);
        requirePositive("payloads.retention", payloadRetention);
        requirePositive("payloads.sweep-every", sweepEvery);
        requirePositive("controller.deleted-endpoint-retention", deletedEndpointRetention);
        require(maxStartCrashes >= 1, "controller.max-start-crashes: " + maxStartCrashes + " (expected: >= 1)");
        require(!drainGrace.isNegative(), "controller.drain-grace: " + drainGrace + " (expected: >= 0)");
        require(
                !replaceUnusableAfter.isNegative(),
                "controller.replace-unusable-after: " + replaceUnusableAfter + " (expected: >= 0)");
        require(windowRecords >= 2, "queue.window: " + windowRecords + " (expected: >= 2)");
    }

    /// These parts and the defaults.
    public static ControllerConfig of(ControlPlaneConfig controlPlane, ScalingSettings scaling) {
        return new ControllerConfig(
                controlPlane,
                scaling,
                Duration.ofMinutes(10),
                5,
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                10_000,
                Duration.ofDays(7),
                Duration.ofMinutes(10),
                Duration.ofDays(30));
    }

    public static ControllerConfig from(Settings settings) {
        return new ControllerConfig(
                ControlPlaneConfig.from(settings),
                ScalingSettings.from(settings),
                settings.get("controller.startup-timeout", DEFAULT.startupTimeout, SettingValues::duration),
                settings.get("controller.max-start-crashes", DEFAULT.maxStartCrashes, SettingValues::positive),
                settings.get("controller.host-lost-after", DEFAULT.hostLostAfter, SettingValues::duration),
                settings.get("controller.drain-grace", DEFAULT.drainGrace, SettingValues::duration),
                settings.get(
                        "controller.replace-unusable-after", DEFAULT.replaceUnusableAfter, SettingValues::duration),
                settings.get("controller.trim-every", DEFAULT.trimEvery, SettingValues::duration),
                settings.get("queue.window", DEFAULT.windowRecords, Long::valueOf),
                settings.get("payloads.retention", DEFAULT.payloadRetention, SettingValues::duration),
                settings.get("payloads.sweep-every", DEFAULT.sweepEvery, SettingValues::duration),
                settings.get(
                        "controller.deleted-endpoint-retention",
                        DEFAULT.deletedEndpointRetention,
                        SettingValues::duration));
    }

    private static void requirePositive(String key, Duration value) {
        require(value.isPositive(), key + ": " + value + " (expected: > 0)");
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}

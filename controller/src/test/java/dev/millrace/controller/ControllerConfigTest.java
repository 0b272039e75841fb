package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.runtime.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControllerConfigTest {
    @Test
    void hasDefaults() {
        assertThat(read(Map.of())).isEqualTo(ControllerConfig.DEFAULT);
    }

    @Test
    void readsEveryKey() {
        ControllerConfig config = read(Map.ofEntries(
                Map.entry("scaling.idle-time", "7s"),
                Map.entry("scaling.contended-idle-time", "6s"),
                Map.entry("scaling.target-backlog-per-worker", "5"),
                Map.entry("scaling.drain-time", "4s"),
                Map.entry("scaling.out-window", "3s"),
                Map.entry("scaling.in-window", "20s"),
                Map.entry("scaling.default-max", "9"),
                Map.entry("scaling.keep-initial-warm", "true"),
                Map.entry("controller.startup-timeout", "1m"),
                Map.entry("controller.max-start-crashes", "3"),
                Map.entry("controller.host-lost-after", "11s"),
                Map.entry("controller.drain-grace", "2s"),
                Map.entry("controller.replace-unusable-after", "12s"),
                Map.entry("controller.trim-every", "13s"),
                Map.entry("scaling.wake", "false"),
                Map.entry("queue.window", "2000"),
                Map.entry("payloads.retention", "1d"),
                Map.entry("payloads.sweep-every", "1h"),
                Map.entry("controller.deleted-endpoint-retention", "2d")));

        assertThat(config.scaling())
                .isEqualTo(new ScalingSettings(
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(6),
                        5,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(20),
                        false));
        assertThat(config)
                .isEqualTo(new ControllerConfig(
                        config.controlPlane(),
                        config.scaling(),
                        Duration.ofMinutes(1),
                        3,
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(12),
                        Duration.ofSeconds(13),
                        2_000,
                        Duration.ofDays(1),
                        Duration.ofHours(1),
                        Duration.ofDays(2)));
        assertThat(config.controlPlane().defaultMaxInstances()).isEqualTo(9);
        assertThat(config.controlPlane().isInitialCountKeptWarm()).isTrue();
    }

    @Test
    void refusesWhatCannotWorkByItsName() {
        refuses("controller.startup-timeout", "0s");
        refuses("controller.host-lost-after", "0s");
        refuses("controller.trim-every", "0s");
        refuses("controller.max-start-crashes", "0");
        refuses("queue.window", "1");
        refuses("payloads.retention", "0s");
        refuses("payloads.sweep-every", "0s");
        refuses("controller.deleted-endpoint-retention", "0s");
        refuses("scaling.target-backlog-per-worker", "-1");
    }

    private static void refuses(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }

    private static ControllerConfig read(Map<String, String> file) {
        var settings = new Settings(new HashMap<>(file), Map.of());
        ControllerConfig config = ControllerConfig.from(settings);
        settings.finish();
        return config;
    }
}

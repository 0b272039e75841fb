package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.BucketName;
import dev.millrace.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerConfigTest {
    @Test
    void hasDefaultsForEverything() {
        WorkerConfig config = WorkerConfig.from(new Settings(Map.of(), Map.of()));

        assertThat(config.objects().bucket()).isEqualTo(new BucketName("millrace"));
        assertThat(config.limits().inlineBytes()).isEqualTo(128_000);
        assertThat(config.killGrace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.crashes()).isZero();
    }

    @Test
    void readsEveryKey() {
        var settings = new Settings(
                Map.of(
                        "platform.bucket", "mine",
                        "payload.inline-bytes", "1000",
                        "worker.cache-folder", "/cache",
                        "worker.cache-bytes", "1GB",
                        "worker.in-memory-bytes", "1MiB",
                        "worker.kill-grace", "5s",
                        "worker.drain-timeout", "2m",
                        "worker.abandon-timeout", "1s",
                        "worker.crashes", "3"),
                Map.of());

        WorkerConfig config = WorkerConfig.from(settings);
        settings.finish();

        assertThat(config.objects().bucket()).isEqualTo(new BucketName("mine"));
        assertThat(config.limits().inlineBytes()).isEqualTo(1_000);
        assertThat(config.cacheFolder()).isEqualTo(Path.of("/cache"));
        assertThat(config.cacheBytes()).isEqualTo(1_000_000_000);
        assertThat(config.inMemoryBytes()).isEqualTo(1 << 20);
        assertThat(config.killGrace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.abandonTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.crashes()).isEqualTo(3);
    }

    @Test
    void refusesANegativeCountOfCrashes() {
        assertThatThrownBy(() -> WorkerConfig.from(new Settings(Map.of("worker.crashes", "-1"), Map.of())))
                .hasMessage("worker.crashes: -1 (expected: >= 0)");
    }
}

package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.runtime.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(RunnerConfig.from(settings(Map.of()), 2)).isEqualTo(RunnerConfig.ofThreads(2));
        assertThat(ArtifactLimits.from(settings(Map.of()))).isEqualTo(ArtifactLimits.DEFAULT);
    }

    @Test
    void everyKeyIsRead() {
        Settings settings = settings(Map.of(
                "model.max-batch-rows", "7",
                "model.max-batch-delay", "PT0.005S",
                "model.max-batch-time", "PT1S",
                "model.max-waiting", "8",
                "model.max-tensor-bytes", "100000",
                "model.slice-bytes", "2000"));

        assertThat(RunnerConfig.from(settings, 3))
                .isEqualTo(new RunnerConfig(3, 7, Duration.ofMillis(5), Duration.ofSeconds(1), 8, 100_000, 2_000));
        settings.finish();
        assertThat(ArtifactLimits.from(settings(Map.of(
                        "artifact.max-entries", "1",
                        "artifact.max-bytes", "2",
                        "artifact.max-ratio", "3",
                        "artifact.max-time", "PT4S"))))
                .isEqualTo(new ArtifactLimits(1, 2, 3, Duration.ofSeconds(4)));
    }

    @ParameterizedTest
    @CsvSource({
        "model.max-batch-rows,0",
        "model.max-batch-delay,PT-1S",
        "model.max-batch-time,PT0S",
        "model.max-waiting,0",
        "model.max-tensor-bytes,1",
        "model.slice-bytes,1"
    })
    void eachRuleIsRefusedWithItsKey(String key, String value) {
        Settings settings = settings(Map.of(key, value));

        assertThatThrownBy(() -> RunnerConfig.from(settings, 1)).hasMessageStartingWith(key + ": ");
    }

    @Test
    void theModelsEnvironmentOverridesBatching() {
        RunnerConfig config = RunnerConfig.ofThreads(1)
                .overriddenBy(Map.of("MILLRACE_MAX_BATCH_ROWS", "64", "MILLRACE_MAX_BATCH_DELAY_MS", "3"));

        assertThat(config.maxBatchRows()).isEqualTo(64);
        assertThat(config.maxBatchDelay()).isEqualTo(Duration.ofMillis(3));
        assertThatThrownBy(() -> RunnerConfig.ofThreads(1).overriddenBy(Map.of("MILLRACE_MAX_BATCH_ROWS", "many")))
                .hasMessage("MILLRACE_MAX_BATCH_ROWS: many (expected: a whole number)");
    }

    @Test
    void nativeLibrariesAreUnpackedForThisMachine(@TempDir Path folder) throws IOException {
        assertThat(NativeLibraries.unpack(folder)).isGreaterThanOrEqualTo(2);
        assertThat(folder.resolve(System.mapLibraryName("onnxruntime"))).isNotEmptyFile();
    }

    private static Settings settings(Map<String, String> file) {
        return new Settings(file, Map.of());
    }
}

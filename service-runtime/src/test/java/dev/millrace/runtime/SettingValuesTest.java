package dev.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValuesTest {
    @ParameterizedTest
    @CsvSource({"300ms,PT0.3S", "5s,PT5S", "2m,PT2M", "1h,PT1H", "7d,PT168H", "PT5S,PT5S"})
    void readsDurations(String text, Duration expected) {
        assertThat(SettingValues.duration(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5 weeks", "soon", "-1s", ""})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> SettingValues.duration(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("300ms");
    }

    @ParameterizedTest
    @CsvSource({"128000,128000", "64KB,64000", "25MB,25000000", "1GB,1000000000", "64KiB,65536", "1 gib,1073741824"})
    void readsSizes(String text, long expected) {
        assertThat(SettingValues.bytes(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1TB", "much", "-1", "999999999999999999GB"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> SettingValues.bytes(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http"})
    void refusesWhatIsNoPort(String text) {
        assertThatThrownBy(() -> SettingValues.port(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsASecretFromAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "hush\n");

        assertThat(SettingValues.secret("file:" + file)).isEqualTo(new Secret("hush"));
        assertThat(SettingValues.secret("hush")).isEqualTo(new Secret("hush"));
        assertThatThrownBy(() -> SettingValues.secret("file:" + folder.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

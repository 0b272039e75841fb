package dev.millrace.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EmbeddedStoreConfigTest {
    private static final Map<String, String> KEYS =
            Map.of(EmbeddedStoreMain.ACCESS_KEY, "access", EmbeddedStoreMain.SECRET_KEY, "not-to-be-seen");

    @Test
    void hasDefaultsForAllButFolderAndKeys() {
        EmbeddedStoreConfig config = config(KEYS, "--data", "some/folder");

        assertThat(config.data()).isAbsolute().endsWithRaw(Path.of("some/folder"));
        assertThat(config.port()).isZero();
        assertThat(config.fullPercent()).isEqualTo(90);
        assertThat(config.idleUpload()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.toString()).doesNotContain("not-to-be-seen");
    }

    @Test
    void takesEveryOption() {
        EmbeddedStoreConfig config =
                config(KEYS, "--data", "/x", "--port", "9000", "--full-percent", "80", "--idle-upload-seconds", "60");

        assertThat(config.port()).isEqualTo(9000);
        assertThat(config.fullPercent()).isEqualTo(80);
        assertThat(config.idleUpload()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        refused("--data: missing", KEYS);
        refused(EmbeddedStoreMain.ACCESS_KEY + ": not set", Map.of(), "--data", "/x");
        refused("--prot: unknown", KEYS, "--prot", "1");
        refused("--port: nine (expected: a number)", KEYS, "--data", "/x", "--port", "nine");
        refused("port: 70000 (expected: 0 to 65535)", KEYS, "--data", "/x", "--port", "70000");
        refused("full-percent: 0 (expected: 1 to 100)", KEYS, "--data", "/x", "--full-percent", "0");
    }

    private static EmbeddedStoreConfig config(Map<String, String> environment, String... arguments) {
        return EmbeddedStoreMain.config(arguments, environment);
    }

    private static void refused(String message, Map<String, String> environment, String... arguments) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddedStoreMain.config(arguments, environment))
                .withMessageContaining(message);
    }
}

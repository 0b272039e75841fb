package dev.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void usesTheDefaultWhenNothingIsSet() {
        var settings = new Settings(Map.of(), Map.of());

        assertThat(settings.get("gateway.port", 8080, SettingValues::port)).isEqualTo(8080);
        assertThat(settings.find("s3.secret-key", Secret::new)).isEmpty();
        assertThatCode(settings::finish).doesNotThrowAnyException();
    }

    @Test
    void readsTheFileAndPrefersTheEnvironment() {
        var settings = new Settings(
                Map.of("gateway.port", "81", "worker.idle-time", "5m"),
                Map.of("MILLRACE_GATEWAY_PORT", "82", "PATH", "/bin"));

        assertThat(settings.get("gateway.port", 8080, SettingValues::port)).isEqualTo(82);
        assertThat(settings.get("worker.idle-time", Duration.ZERO, SettingValues::duration))
                .isEqualTo(Duration.ofMinutes(5));
        assertThatCode(settings::finish).doesNotThrowAnyException();
    }

    @Test
    void reportsEveryProblemAtOnce() {
        var settings = new Settings(
                Map.of("gateway.port", "eighty", "gateway.prot", "80"), Map.of("MILLRACE_GATEWAY_HOTS", "a"));
        settings.get("gateway.port", 8080, SettingValues::port);
        settings.get("gateway.host", "127.0.0.1");
        settings.require(false, "worker.renew-every: 20s (expected: <= a third of worker.acquisition-lock)");

        assertThatThrownBy(settings::finish)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gateway.port: eighty")
                .hasMessageContaining("gateway.prot: unknown setting (did you mean gateway.port?)")
                .hasMessageContaining("MILLRACE_GATEWAY_HOTS: unknown setting (did you mean MILLRACE_GATEWAY_HOST?)")
                .hasMessageContaining("worker.renew-every: 20s");
    }

    @Test
    void showsWhatIsInForceWithoutSecrets() {
        var settings = new Settings(Map.of("s3.secret-key", "hush"), Map.of());
        settings.find("s3.secret-key", Secret::new);
        settings.get("gateway.port", 8080, SettingValues::port);

        assertThat(settings.effective())
                .containsExactlyInAnyOrderEntriesOf(Map.of("s3.secret-key", "[redacted]", "gateway.port", "8080"));
    }

    @Test
    void leavesWhatClientsAreToldAlone() {
        var settings = new Settings(
                Map.of(), Map.of("MILLRACE_TOKEN", "mlr_AKIA_x", "MILLRACE_MANAGEMENT_URL", "http://127.0.0.1:9090"));

        assertThatCode(settings::finish).doesNotThrowAnyException();
    }

    @Test
    void leavesTheVariablesOfTheTestHarnessAlone() {
        var settings = new Settings(Map.of(), Map.of("MILLRACE_TEST_KAFKA", "127.0.0.1:9092"));

        assertThatCode(settings::finish).doesNotThrowAnyException();
    }
}

package dev.millrace.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.runtime.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotifierConfigTest {
    @Test
    void isTheDefaultWhereNothingIsSet() {
        assertThat(from(Map.of())).isEqualTo(NotifierConfig.DEFAULT);
    }

    @Test
    void allowsNoPrivateNetworkByDefault() {
        assertThat(NotifierConfig.DEFAULT.allowedNetworks()).isEmpty();
    }

    @Test
    void readsEverySetting() {
        assertThat(from(Map.of(
                        "notifier.attempt-timeout", "20s",
                        "notifier.retry-base", "1s",
                        "notifier.retry-max", "2h",
                        "notifier.max-attempts", "5",
                        "notifier.max-concurrent", "64",
                        "notifier.max-per-destination", "4",
                        "notifier.allowed-networks", " 127.0.0.0/8, ,fd00::/8 ",
                        "gateway.public-url", "https://millrace.example",
                        "s3.region", "eu-central-1")))
                .isEqualTo(new NotifierConfig(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(1),
                        Duration.ofHours(2),
                        5,
                        64,
                        4,
                        List.of("127.0.0.0/8", "fd00::/8"),
                        URI.create("https://millrace.example"),
                        "eu-central-1"));
    }

    @ParameterizedTest
    @CsvSource({
        "notifier.attempt-timeout,0s",
        "notifier.attempt-timeout,soon",
        "notifier.retry-base,0s",
        "notifier.retry-base,11h",
        "notifier.retry-max,1s",
        "notifier.max-attempts,0",
        "notifier.max-concurrent,-1",
        "notifier.max-per-destination,many",
        "notifier.allowed-networks,localhost",
        "notifier.allowed-networks,127.0.0.1",
        "notifier.allowed-networks,127.0.0.0/33",
        "gateway.public-url,no url"
    })
    void refusesABadValueAndNamesTheSetting(String key, String value) {
        assertThatThrownBy(() -> from(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key);
    }

    private static NotifierConfig from(Map<String, String> file) {
        var settings = new Settings(file, Map.of());
        NotifierConfig config = NotifierConfig.from(settings);
        settings.finish();
        return config;
    }
}

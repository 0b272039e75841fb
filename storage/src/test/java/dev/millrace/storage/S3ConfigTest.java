package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.runtime.Secret;
import dev.millrace.runtime.Settings;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class S3ConfigTest {
    private static final Map<String, String> KEYS = Map.of("s3.access-key", "access", "s3.secret-key", "hidden");

    @Test
    void hasDefaultsForAllButTheKeys() {
        assertThat(read(KEYS))
                .isEqualTo(new S3Config(
                        URI.create("http://127.0.0.1:9000"),
                        URI.create("http://127.0.0.1:9000"),
                        "us-east-1",
                        "access",
                        new Secret("hidden")));
    }

    @Test
    void readsEveryKey() {
        var file = new HashMap<>(KEYS);
        file.put("s3.endpoint", "http://store:9000");
        file.put("s3.public-endpoint", "https://files.example.com");
        file.put("s3.region", "eu-west-1");

        S3Config config = read(file);

        assertThat(config.endpoint()).isEqualTo(URI.create("http://store:9000"));
        assertThat(config.publicEndpoint()).isEqualTo(URI.create("https://files.example.com"));
        assertThat(config.region()).isEqualTo("eu-west-1");
        assertThat(config.toString()).doesNotContain("hidden");
    }

    @Test
    void reportsEveryProblemAtOnce() {
        var settings = new Settings(Map.of("s3.endpoint", "store:9000", "s3.region", " "), Map.of());
        S3Config.from(settings);

        assertThatIllegalArgumentException()
                .isThrownBy(settings::finish)
                .withMessageContaining("s3.endpoint: store:9000 (expected: http://host:port or https://host)")
                .withMessageContaining("s3.region: empty")
                .withMessageContaining("s3.access-key: not set")
                .withMessageContaining("s3.secret-key: not set");
    }

    @Test
    void refusesAddressesWithMoreThanAHost() {
        for (String address : new String[] {"http://host/path", "ftp://host", "http://user@host", "http://host?q=1"}) {
            assertThatIllegalArgumentException()
                    .as(address)
                    .isThrownBy(() -> new S3Config(
                            URI.create(address), URI.create("http://host"), "region", "access", new Secret("hidden")))
                    .withMessageContaining("s3.endpoint: " + address);
        }
    }

    private static S3Config read(Map<String, String> file) {
        var settings = new Settings(file, Map.of());
        S3Config config = S3Config.from(settings);
        settings.finish();
        return config;
    }
}

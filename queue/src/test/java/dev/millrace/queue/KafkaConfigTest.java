package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.runtime.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaConfigTest {
    @Test
    void hasDefaults() {
        var settings = new Settings(Map.of(), Map.of());

        assertThat(KafkaConfig.from(settings)).isEqualTo(KafkaConfig.of("127.0.0.1:9092"));
        settings.finish();
    }

    @Test
    void readsEveryKey() {
        var settings = new Settings(
                Map.of(
                        "kafka.bootstrap-servers", "broker-1:9092,broker-2:9092",
                        "queue.acquisition-lock", "PT20S",
                        "queue.delivery-limit", "7",
                        "queue.window", "4000",
                        "kafka.replication-factor", "3"),
                Map.of());

        assertThat(KafkaConfig.from(settings))
                .isEqualTo(new KafkaConfig("broker-1:9092,broker-2:9092", Duration.ofSeconds(20), 7, 4_000, (short) 3));
        settings.finish();
    }

    @Test
    void refusesWhatTheBrokerWould() {
        assertThatThrownBy(() -> new KafkaConfig(" ", Duration.ofSeconds(30), 5, 2_000, (short) -1))
                .hasMessageContaining("kafka.bootstrap-servers");
        assertThatThrownBy(() -> new KafkaConfig("b:1", Duration.ofMillis(10), 5, 2_000, (short) -1))
                .hasMessageContaining("queue.acquisition-lock");
        assertThatThrownBy(() -> new KafkaConfig("b:1", Duration.ofSeconds(30), 50, 2_000, (short) -1))
                .hasMessageContaining("queue.delivery-limit");
        assertThatThrownBy(() -> new KafkaConfig("b:1", Duration.ofSeconds(30), 5, 20_000, (short) -1))
                .hasMessageContaining("queue.window");
    }
}

package dev.millrace.queue;

import dev.millrace.runtime.Settings;
import java.time.Duration;

/// How to reach the broker, and what every lane is made with.
///
/// @param bootstrapServers `host:port`, several separated by commas
/// @param acquisitionLock how long a record is held without a renewal
/// @param deliveryLimit after so many deliveries a record is dead-lettered. A worker that dies may cost one for each
///     consumer it had on the lane: the broker hands the record to those whose end it has not seen yet
/// @param window how far beyond its oldest unfinished record a lane goes; the broker allows more than 2,000
///     only with
///     `group.share.max.partition.max.record.locks` raised
/// @param replicationFactor of the topics, or -1 for the broker's default
public record KafkaConfig(
        String bootstrapServers, Duration acquisitionLock, int deliveryLimit, int window, short replicationFactor) {
    private static final Duration LOCK = Duration.ofSeconds(30);
    private static final int DELIVERIES = 8;
    private static final int WINDOW = 10_000;

    public KafkaConfig {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("kafka.bootstrap-servers: empty (expected: host:port,...)");
        }
        if (acquisitionLock.toMillis() < 1_000 || acquisitionLock.toHours() > 1) {
            throw new IllegalArgumentException(
                    "queue.acquisition-lock: " + acquisitionLock + " (expected: 1 second to 1 hour)");
        }
        if (deliveryLimit < 2 || deliveryLimit > 10) {
            throw new IllegalArgumentException("queue.delivery-limit: " + deliveryLimit + " (expected: 2 to 10)");
        }
        if (window < 100 || window > 10_000) {
            throw new IllegalArgumentException("queue.window: " + window + " (expected: 100 to 10000)");
        }
    }

    /// The settings' defaults with that broker.
    public static KafkaConfig of(String bootstrapServers) {
        return new KafkaConfig(bootstrapServers, LOCK, DELIVERIES, WINDOW, (short) -1);
    }

    public static KafkaConfig from(Settings settings) {
        return new KafkaConfig(
                settings.get("kafka.bootstrap-servers", "127.0.0.1:9092"),
                settings.get("queue.acquisition-lock", LOCK, Duration::parse),
                settings.get("queue.delivery-limit", DELIVERIES, Integer::valueOf),
                settings.get("queue.window", WINDOW, Integer::valueOf),
                settings.get("kafka.replication-factor", (short) -1, Short::valueOf));
    }

    public KafkaConfig withAcquisitionLock(Duration lock) {
        return new KafkaConfig(bootstrapServers, lock, deliveryLimit, window, replicationFactor);
    }
}

package dev.millrace.worker.host;

import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.Lifecycle;
import dev.millrace.runtime.ManagementConfig;
import dev.millrace.runtime.ManagementServer;
import dev.millrace.runtime.Metrics;
import dev.millrace.runtime.ProcessMain;
import dev.millrace.runtime.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A worker host as a process of its own, for a machine that runs workers and nothing else.
public final class WorkerHostMain {
    private static final int DEFAULT_MANAGEMENT_PORT = 9093;
    private static final Duration STOPPING = Duration.ofSeconds(7);
    private static final Duration CLOSING = Duration.ofSeconds(3);

    private WorkerHostMain() {}

    private record Config(KafkaConfig kafka, WorkerHostConfig host, ManagementConfig management) {
        static Config from(Settings settings) {
            KafkaConfig kafka = KafkaConfig.from(settings);
            return new Config(
                    kafka,
                    WorkerHostConfig.from(settings, Map.of()),
                    ManagementConfig.from(settings, DEFAULT_MANAGEMENT_PORT));
        }
    }

    public static void main(String[] args) {
        new ProcessMain<>("worker-host", Config::from, WorkerHostMain::start).run(args);
    }

    private static void start(Config config, Lifecycle parts) {
        Metrics metrics = parts.open("metrics", () -> new Metrics("worker-host"), CLOSING);
        KafkaConnection kafka = parts.open("kafka", () -> new KafkaConnection(config.kafka()), CLOSING);
        kafka.ensureTopics();
        var feeds = new KafkaFeeds(kafka);
        var host =
                new WorkerHost(config.host(), feeds.placements(), feeds.hosts(), InstantSource.system(), new Random());
        parts.start("worker-host", host::start, host::close, STOPPING);
        parts.open(
                "management",
                () -> new ManagementServer(
                        config.management(),
                        metrics.registry(),
                        host.healthChecks(),
                        List.of(new HealthCheck("kafka", kafka::check))),
                CLOSING);
    }
}

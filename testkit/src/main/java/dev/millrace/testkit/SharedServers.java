package dev.millrace.testkit;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/// One broker and one store for all tests of this JVM, started at the first use and closed with the JVM.
///
/// Tests keep apart by names: each has its own topics, groups and key prefix. The broker is the cluster that
/// `MILLRACE_TEST_KAFKA` names; else a container, where there is an engine; else an embedded one. The store
/// is the one
/// that `MILLRACE_TEST_S3_ENDPOINT`, `…_ACCESS_KEY` and `…_SECRET_KEY` name, else an embedded one.
///
/// A test that stops or kills its server makes its own [EmbeddedBroker] or [EmbeddedStore].
public final class SharedServers {
    private static @Nullable String kafka;
    private static @Nullable StoreAccess store;

    private SharedServers() {}

    /// The bootstrap servers of the shared broker.
    public static synchronized String kafka() {
        if (kafka == null) {
            kafka = startKafka();
        }
        return kafka;
    }

    /// The shared store.
    public static synchronized StoreAccess store() {
        if (store == null) {
            store = startStore();
        }
        return store;
    }

    private static String startKafka() {
        String given = System.getenv("MILLRACE_TEST_KAFKA");
        if (given != null) {
            return given;
        }
        if (Containers.engineRuns()) {
            KafkaContainer container = Containers.kafka();
            container.start();
            closeAtExit("kafka", container);
            return container.getBootstrapServers();
        }
        var folder = new ScratchFolder("broker");
        var broker = new EmbeddedBroker(folder.path());
        closeAtExit("broker", () -> {
            broker.kill();
            folder.close();
        });
        return broker.start().bootstrapServers();
    }

    private static StoreAccess startStore() {
        String given = System.getenv("MILLRACE_TEST_S3_ENDPOINT");
        if (given != null) {
            return new StoreAccess(
                    URI.create(given),
                    needed("MILLRACE_TEST_S3_ACCESS_KEY"),
                    needed("MILLRACE_TEST_S3_SECRET_KEY"),
                    System.getenv().getOrDefault("MILLRACE_TEST_S3_REGION", "us-east-1"));
        }
        var folder = new ScratchFolder("store");
        var embedded = new EmbeddedStore(folder.path());
        closeAtExit("store", () -> {
            embedded.kill();
            folder.close();
        });
        return embedded.start().access();
    }

    private static String needed(String variable) {
        String value = System.getenv(variable);
        if (value == null) {
            throw new IllegalStateException(variable + " is not set, and MILLRACE_TEST_S3_ENDPOINT is");
        }
        return value;
    }

    private static void closeAtExit(String name, AutoCloseable server) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                server.close();
                            } catch (Exception e) {
                                System.err.println(name + " did not close: " + e);
                            }
                        },
                        name + "-close"));
    }

    /// Apart, so that a machine without an engine never loads the container library.
    private static final class Containers {
        static boolean engineRuns() {
            boolean named = System.getenv("DOCKER_HOST") != null
                    || java.nio.file.Files.exists(java.nio.file.Path.of("/var/run/docker.sock"));
            return named && DockerClientFactory.instance().isDockerAvailable();
        }

        @SuppressWarnings("resource") // The caller closes it.
        static KafkaContainer kafka() {
            return new KafkaContainer("apache/kafka:4.4.0")
                    .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                    .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_NUM_PARTITIONS", "1")
                    .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
                    .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1")
                    .withEnv("KAFKA_GROUP_SHARE_MAX_PARTITION_MAX_RECORD_LOCKS", "10000")
                    .withEnv("KAFKA_GROUP_SHARE_MIN_RECORD_LOCK_DURATION_MS", "1000")
                    .withEnv("KAFKA_GROUP_SHARE_MAX_DELIVERY_COUNT_LIMIT", "25")
                    .withEnv("KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS", "30000");
        }
    }
}

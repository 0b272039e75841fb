package dev.millrace.queue;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jspecify.annotations.Nullable;

/// What the adapters of one process share: one admin client and one producer, both made at their first use.
///
/// Thread-safe. Close it after everything that was made from it.
public final class KafkaConnection implements AutoCloseable {
    private static final Duration CHECK = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final KafkaConfig config;
    private final ClientSettings clients;
    private final Object lock = new Object();
    private @Nullable Admin admin;
    private @Nullable Sender sender;
    private boolean isClosed;

    public KafkaConnection(KafkaConfig config) {
        this.config = config;
        this.clients = new ClientSettings(config);
    }

    public KafkaConfig config() {
        return config;
    }

    /// Makes the platform's topics that are missing.
    public void ensureTopics() {
        Topics.ensure(admin(), config);
    }

    /// Makes the producer and asks where the topics are, so that the first send does not pay for it.
    public void warmUp(String... topics) {
        for (String topic : topics) {
            sender().warmUp(topic);
        }
    }

    /// Whether the broker answers.
    ///
    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` with the cause
    public void check() {
        var options = new DescribeClusterOptions().timeoutMs((int) CHECK.toMillis());
        try {
            KafkaFailures.await("kafka", admin().describeCluster(options).nodes(), CHECK);
        } catch (ExecutionException e) {
            throw KafkaFailures.of("kafka", e);
        }
    }

    ClientSettings clients() {
        return clients;
    }

    Admin admin() {
        synchronized (lock) {
            requireOpen();
            if (admin == null) {
                admin = Admin.create(clients.admin());
            }
            return admin;
        }
    }

    Sender sender() {
        synchronized (lock) {
            requireOpen();
            if (sender == null) {
                sender = new Sender(clients.producer());
            }
            return sender;
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            if (sender != null) {
                sender.close(CLOSE);
                sender = null;
            }
            if (admin != null) {
                admin.close(CLOSE);
                admin = null;
            }
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw KafkaFailures.unavailable("kafka: the connection is closed", new IllegalStateException("closed"));
        }
    }
}

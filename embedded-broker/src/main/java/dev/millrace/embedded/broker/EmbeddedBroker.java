package dev.millrace.embedded.broker;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/// One Kafka node, broker and controller, in this JVM. Not public API of Kafka: all that touches it is in this module.
final class EmbeddedBroker implements AutoCloseable {
    private final BrokerFolder folder;
    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(BrokerFolder folder, KafkaRaftServer server, int port) {
        this.folder = folder;
        this.server = server;
        this.port = port;
    }

    /// Formats the folder when it is new and starts the node; it answers a moment later.
    ///
    /// @throws StartFailure when the port or the folder cannot be used
    static EmbeddedBroker start(BrokerArguments arguments) {
        int port = Ports.free(arguments.port());
        var folder = BrokerFolder.open(arguments.data());
        var settings = BrokerSettings.of(folder.path(), port, Ports.free(0));
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(folder, server, port);
    }

    String bootstrapServers() {
        return BrokerSettings.HOST + ":" + port;
    }

    /// Flushes the log and stops; blocks until done.
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        folder.close();
    }
}

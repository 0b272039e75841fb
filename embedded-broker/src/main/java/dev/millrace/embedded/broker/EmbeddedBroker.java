package dev.millrace.embedded.broker;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/// One Kafka node, broker and controller, in this JVM. Not public API of Kafka: all that touches it is in
/// this module.
final class EmbeddedBroker implements AutoCloseable {
    private final BrokerFolder folder;
    private final KafkaRaftServer server;
    private final int advertised;

    private EmbeddedBroker(BrokerFolder folder, KafkaRaftServer server, int advertised) {
        this.folder = folder;
        this.server = server;
        this.advertised = advertised;
    }

    /// Formats the folder when it is new and starts the node; it answers a moment later.
    ///
    /// @throws StartFailure when the port or the folder cannot be used
    static EmbeddedBroker start(BrokerArguments arguments) {
        int port = Ports.free(arguments.port());
        var folder = BrokerFolder.open(arguments.data());
        int advertised = arguments.advertised() == 0 ? port : arguments.advertised();
        var settings = BrokerSettings.of(folder.path(), port, advertised, Ports.free(0));
        var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(folder, server, advertised);
    }

    String bootstrapServers() {
        return BrokerSettings.HOST + ":" + advertised;
    }

    /// Flushes the log and stops; blocks until done.
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        folder.close();
    }
}

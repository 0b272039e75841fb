package dev.millrace.testkit;

import dev.millrace.invocation.codec.Json;
import dev.millrace.runtime.JavaCommand;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// A real Kafka broker of this machine in a process of its own, on one data folder and port for its whole life.
///
/// Used by one thread.
public final class EmbeddedBroker implements AutoCloseable {
    private static final String MAIN = "dev.millrace.embedded.broker.EmbeddedBrokerMain";

    private final ChildServer child = new ChildServer("broker");
    private final Path data;
    private final int port;
    private final int advertisedPort;

    /// On a free port.
    ///
    /// @param data kept when the broker ends
    public EmbeddedBroker(Path data) {
        this(data, Ports.free());
    }

    public EmbeddedBroker(Path data, int port) {
        this(data, port, port);
    }

    /// A broker behind a proxy: clients are sent to another port than the broker's own.
    public EmbeddedBroker(Path data, int port, int advertisedPort) {
        this.data = data;
        this.port = port;
        this.advertisedPort = advertisedPort;
    }

    private record Ready(String bootstrapServers) {}

    /// Starts the broker and waits until it can be used.
    ///
    /// @throws IllegalStateException with the broker's own words when it does not start
    public EmbeddedBroker start() {
        JavaCommand command = Modules.command("embedded-broker", MAIN)
                .withArguments(
                        "--data",
                        data.toString(),
                        "--port",
                        String.valueOf(port),
                        "--advertise",
                        String.valueOf(advertisedPort));
        String line = child.start(command);
        String servers = Json.codec(Ready.class)
                .decode(line.getBytes(StandardCharsets.UTF_8))
                .orElseThrow()
                .bootstrapServers();
        if (!servers.equals(bootstrapServers())) {
            throw new IllegalStateException("the broker listens on " + servers);
        }
        return this;
    }

    /// Where clients connect; known before the start.
    public String bootstrapServers() {
        return "127.0.0.1:" + advertisedPort;
    }

    public int port() {
        return port;
    }

    /// The process, while it lives.
    public Optional<Long> pid() {
        return child.pid();
    }

    /// Stops the broker as an operator would.
    public void stop() {
        child.stop();
    }

    /// Kills the broker as a lack of memory would.
    public void kill() {
        child.kill();
    }

    /// Stops the broker and starts it on the same data and port.
    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        child.close();
    }
}

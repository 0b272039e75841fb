package dev.millrace.testkit;

import dev.millrace.invocation.codec.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A real S3 server of this machine in a process of its own, on one data folder and port for its whole life.
///
/// Used by one thread.
public final class EmbeddedStore implements AutoCloseable {
    private static final String MAIN = "dev.millrace.embedded.store.EmbeddedStoreMain";

    private final ChildServer child = new ChildServer("store");
    private final Path data;
    private final int port;
    private int fullPercent = 90;

    /// On a free port.
    ///
    /// @param data kept when the store ends
    public EmbeddedStore(Path data) {
        this(data, Ports.free());
    }

    public EmbeddedStore(Path data, int port) {
        this.data = data;
        this.port = port;
    }

    /// How full the volume of the data folder may be; before the start.
    public EmbeddedStore fullAt(int percent) {
        fullPercent = percent;
        return this;
    }

    private record Ready(URI endpoint) {}

    /// Starts the store and waits until it can be used.
    ///
    /// @throws IllegalStateException with the store's own words when it does not start
    public EmbeddedStore start() {
        String line = child.start(Modules.command("embedded-store", MAIN)
                .withArguments(
                        "--data",
                        data.toString(),
                        "--port",
                        String.valueOf(port),
                        "--full-percent",
                        String.valueOf(fullPercent))
                .withEnvironment(Map.of(
                        "MILLRACE_STORE_ACCESS_KEY",
                        access().accessKey(),
                        "MILLRACE_STORE_SECRET_KEY",
                        access().secretKey())));
        URI endpoint = Json.codec(Ready.class)
                .decode(line.getBytes(StandardCharsets.UTF_8))
                .orElseThrow()
                .endpoint();
        if (endpoint.getPort() != port) {
            throw new IllegalStateException("the store listens on " + endpoint);
        }
        return this;
    }

    /// Where clients connect and with which keys; known before the start.
    public StoreAccess access() {
        return new StoreAccess(URI.create("http://127.0.0.1:" + port), "millrace", "millrace-test-secret", "us-east-1");
    }

    public int port() {
        return port;
    }

    /// The process, while it lives.
    public Optional<Long> pid() {
        return child.pid();
    }

    /// Stops the store as an operator would.
    public void stop() {
        child.stop();
    }

    /// Kills the store as a lack of memory would.
    public void kill() {
        child.kill();
    }

    /// Stops the store and starts it on the same data and port.
    public void restart() {
        stop();
        start();
    }

    @Override
    public void close() {
        child.close();
    }
}

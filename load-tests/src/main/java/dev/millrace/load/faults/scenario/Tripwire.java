package dev.millrace.load.faults.scenario;

import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// Listens on a loopback address that no webhook is allowed to reach, and counts who connects.
final class Tripwire implements AutoCloseable {
    private final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket listener;

    Tripwire() throws IOException {
        listener = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.2"));
        Threads.start("tripwire", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    String url(String host) {
        return "http://" + host + ":" + port() + "/";
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try (Socket _ = listener.accept()) {
                connections.incrementAndGet();
            } catch (IOException _) {
                // Closed, or gone at once; a connection was counted before.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

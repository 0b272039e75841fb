package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.testkit.FaultProxy.Fault;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// In front of a server that sends every byte back.
class FaultProxyTest {
    private final ServerSocket echo = echo();
    private final FaultProxy proxy = new FaultProxy(echo.getLocalPort());

    @AfterEach
    void close() {
        proxy.close();
        Sockets.close(echo);
    }

    @Test
    void passesBytesBothWays() throws IOException {
        try (var client = Sockets.connect(proxy.port())) {
            assertThat(exchange(client, 100_000)).isEqualTo(100_000);
        }
    }

    @Test
    void isNotThereWhileDownAndBackOnTheSamePortAfter() throws IOException {
        proxy.inject(new Fault.Down());

        // The kernel may take a connection or two until the thread that accepts has left.
        await().untilAsserted(() ->
                assertThatThrownBy(() -> Sockets.connect(proxy.port()).close()).isInstanceOf(ConnectException.class));
        proxy.heal();
        try (var client = Sockets.connect(proxy.port())) {
            assertThat(exchange(client, 10)).isEqualTo(10);
        }
    }

    @Test
    void resetsOpenAndNewConnectionsWhenRefusing() throws IOException {
        try (var before = Sockets.connect(proxy.port())) {
            assertThat(exchange(before, 10)).isEqualTo(10);

            proxy.inject(new Fault.Refuse());

            assertThatThrownBy(() -> exchange(before, 10)).isInstanceOf(IOException.class);
            try (var after = Sockets.connect(proxy.port())) {
                assertThatThrownBy(() -> exchange(after, 10)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void keepsBytesBackWhileSilent() throws IOException {
        try (var client = Sockets.connect(proxy.port())) {
            // Given
            proxy.inject(new Fault.Silent());
            client.setSoTimeout(200);
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            client.setSoTimeout(10_000);

            // When
            proxy.heal();

            // Then
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void delaysEachChunk() throws IOException {
        try (var client = Sockets.connect(proxy.port())) {
            proxy.inject(new Fault.Latency(Duration.ofMillis(100)));
            long start = System.nanoTime();

            exchange(client, 1);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void cutsAfterSoManyBytesOnce() throws IOException {
        proxy.inject(new Fault.CutAfter(1_000));
        try (var client = Sockets.connect(proxy.port())) {
            assertThatThrownBy(() -> exchange(client, 5_000)).isInstanceOf(IOException.class);
        }

        try (var client = Sockets.connect(proxy.port())) {
            assertThat(exchange(client, 5_000)).isEqualTo(5_000);
        }
    }

    private static int exchange(Socket client, int bytes) throws IOException {
        client.setSoTimeout(10_000);
        client.getOutputStream().write(new byte[bytes]);
        int read = client.getInputStream().readNBytes(bytes).length;
        if (read < bytes) {
            throw new IOException("only " + read + " bytes came back");
        }
        return read;
    }

    private static ServerSocket echo() {
        try {
            var server = Sockets.listen(0);
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try {
                        Socket client = server.accept();
                        Thread.ofVirtual().start(() -> {
                            try (client) {
                                client.getInputStream().transferTo(client.getOutputStream());
                            } catch (IOException _) {
                                // The proxy cut it.
                            }
                        });
                    } catch (IOException _) {
                        // Closed.
                    }
                }
            });
            return server;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

package dev.millrace.testkit;

import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A TCP proxy in front of a server of this machine, whatever it speaks, that misbehaves as the test says.
///
/// For Kafka the broker must send its clients to the proxy: `new EmbeddedBroker(data, port, proxy.port())`.
/// Safe for use by several threads.
public final class FaultProxy implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final int port;
    private final int upstreamPort;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("fault-proxy"));
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object change = new Object();
    private Fault fault = new Fault.None();
    private long passedSinceFault;
    private ServerSocket listener;

    /// What is wrong.
    public sealed interface Fault {
        /// Nothing: bytes pass.
        record None() implements Fault {}

        /// Nothing listens; open connections are reset.
        record Down() implements Fault {}

        /// New connections are accepted and reset; open ones are reset.
        record Refuse() implements Fault {}

        /// Connections stay open and no byte passes.
        record Silent() implements Fault {}

        /// Each chunk waits so long.
        record Latency(Duration delay) implements Fault {}

        /// After so many bytes from the server, all connections together, every connection is reset, once;
        /// then as
        /// [None].
        record CutAfter(long bytes) implements Fault {}
    }

    /// Listens on a free port.
    ///
    /// @param upstreamPort where the server listens, now or later
    public FaultProxy(int upstreamPort) {
        this.upstreamPort = upstreamPort;
        try {
            this.listener = Sockets.listen(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen", e);
        }
        this.port = listener.getLocalPort();
        accept(listener);
    }

    public int port() {
        return port;
    }

    /// Misbehaves so from now on, on open connections too.
    public void inject(Fault next) {
        synchronized (change) {
            boolean wasDown = fault instanceof Fault.Down;
            fault = next;
            passedSinceFault = 0;
            change.notifyAll();
            switch (next) {
                case Fault.Down _ -> {
                    Sockets.close(listener);
                    resetAll();
                }
                case Fault.Refuse _ -> resetAll();
                case Fault.None _, Fault.Silent _, Fault.Latency _, Fault.CutAfter _ -> {}
            }
            if (wasDown && !(next instanceof Fault.Down)) {
                listenAgain();
            }
        }
    }

    /// Behaves again.
    public void heal() {
        inject(new Fault.None());
    }

    @Override
    public void close() {
        inject(new Fault.Down());
        threads.shutdownNow();
        threads.close();
    }

    private void listenAgain() {
        try {
            listener = Sockets.listen(port);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen again on " + port, e);
        }
        accept(listener);
    }

    private void accept(ServerSocket socket) {
        threads.execute(() -> {
            while (!socket.isClosed()) {
                try {
                    connect(socket.accept());
                } catch (IOException _) {
                    // The listener was closed, or the client has gone.
                }
            }
        });
    }

    private void connect(Socket client) {
        if (current() instanceof Fault.Refuse) {
            Sockets.reset(client);
            return;
        }
        open.add(client);
        try {
            client.setTcpNoDelay(true);
            Socket server = Sockets.connect(upstreamPort);
            open.add(server);
            threads.execute(() -> pump(client, server, false));
            threads.execute(() -> pump(server, client, true));
        } catch (IOException _) {
            drop(client);
        }
    }

    private void pump(Socket from, Socket to, boolean fromServer) {
        byte[] chunk = new byte[CHUNK];
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                int passing = passing(length, fromServer);
                out.write(chunk, 0, passing);
                if (passing < length) {
                    resetAll();
                }
            }
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                finish(from);
                finish(to);
            }
        } catch (IOException _) {
            drop(from);
            drop(to);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits as the fault demands; how many of the bytes may pass.
    private int passing(int length, boolean fromServer) throws InterruptedException {
        synchronized (change) {
            while (fault instanceof Fault.Silent) {
                change.wait();
            }
            if (fault instanceof Fault.CutAfter(long bytes) && fromServer) {
                long left = bytes - passedSinceFault;
                passedSinceFault += length;
                if (left < length) {
                    fault = new Fault.None();
                    return (int) left;
                }
            }
        }
        if (current() instanceof Fault.Latency(Duration delay)) {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        }
        return length;
    }

    private Fault current() {
        synchronized (change) {
            return fault;
        }
    }

    private void resetAll() {
        open.forEach(this::drop);
    }

    private void finish(Socket socket) {
        open.remove(socket);
        Sockets.close(socket);
    }

    private void drop(Socket socket) {
        open.remove(socket);
        Sockets.reset(socket);
    }
}

package dev.millrace.testkit;

import dev.millrace.runtime.Threads;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// An HTTP/1.1 proxy in front of a server of this machine that spoils single requests as the test says.
///
/// Heads pass byte for byte, so signed requests stay good: the client signs for the proxy's address, which
/// the server
/// finds in the `Host` header. Safe for use by several threads.
public final class HttpFaultProxy implements AutoCloseable {
    private static final int REQUESTS_KEPT = 10_000;

    private final ServerSocket listener;
    private final int upstreamPort;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("http-fault-proxy"));
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> seen = new CopyOnWriteArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private CountDownLatch cleared = new CountDownLatch(1);

    /// The first line of a request.
    ///
    /// @param target path and query as sent
    public record Request(String method, String target) {
        /// Whether the request is of that method for a path that contains the text.
        public static Predicate<Request> of(String method, String part) {
            return request ->
                    request.method().equals(method) && request.target().contains(part);
        }

        public static Predicate<Request> any() {
            return _ -> true;
        }
    }

    private static final class Rule {
        final Predicate<Request> which;
        final HttpFault fault;
        final long until;
        int left;

        Rule(Predicate<Request> which, HttpFault fault, int left, long until) {
            this.which = which;
            this.fault = fault;
            this.left = left;
            this.until = until;
        }
    }

    /// Listens on a free port.
    ///
    /// @param upstreamPort where the server listens, now or later
    public HttpFaultProxy(int upstreamPort) {
        this.upstreamPort = upstreamPort;
        try {
            this.listener = Sockets.listen(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen", e);
        }
        threads.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /// Spoils the next so many requests of that kind. Of several faults for a request the one given first
    /// counts.
    public void inject(Predicate<Request> which, int times, HttpFault fault) {
        add(new Rule(which, fault, times, Long.MAX_VALUE));
    }

    /// Spoils every request of that kind for so long.
    public void injectFor(Predicate<Request> which, Duration time, HttpFault fault) {
        add(new Rule(which, fault, Integer.MAX_VALUE, System.nanoTime() + time.toNanos()));
    }

    /// Spoils nothing any more.
    public void heal() {
        synchronized (rules) {
            rules.clear();
            cleared.countDown();
            cleared = new CountDownLatch(1);
        }
    }

    /// The requests that arrived so far, spoiled ones too; the first ten thousand of them.
    public List<Request> seen() {
        return List.copyOf(seen);
    }

    /// How many requests of that kind arrived so far.
    public long count(Predicate<Request> which) {
        return seen.stream().filter(which).count();
    }

    @Override
    public void close() {
        heal();
        Sockets.close(listener);
        open.forEach(Sockets::reset);
        threads.shutdownNow();
        threads.close();
    }

    private void add(Rule rule) {
        synchronized (rules) {
            rules.add(rule);
        }
    }

    private Optional<HttpFault> faultFor(Request request) {
        synchronized (rules) {
            rules.removeIf(rule -> rule.left == 0 || rule.until - System.nanoTime() < 0);
            for (Rule rule : rules) {
                if (rule.which.test(request)) {
                    rule.left--;
                    return Optional.of(rule.fault);
                }
            }
            return Optional.empty();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException _) {
                // The listener was closed, or the client has gone.
            }
        }
    }

    private void serve(Socket client) {
        try (Socket server = Sockets.connect(upstreamPort)) {
            open.add(server);
            client.setTcpNoDelay(true);
            new Connection(client, server).serve();
            Sockets.close(client);
            open.remove(server);
        } catch (IOException _) {
            Sockets.reset(client);
        } catch (InterruptedException _) {
            Sockets.reset(client);
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    /// One client's connection with one of its own to the server.
    private final class Connection {
        private final InputStream fromClient;
        private final OutputStream toClient;
        private final InputStream fromServer;
        private final OutputStream toServer;
        private CompletableFuture<Boolean> bodySent = CompletableFuture.completedFuture(true);

        Connection(Socket client, Socket server) throws IOException {
            fromClient = new BufferedInputStream(client.getInputStream());
            toClient = new BufferedOutputStream(client.getOutputStream());
            fromServer = new BufferedInputStream(server.getInputStream());
            toServer = new BufferedOutputStream(server.getOutputStream());
        }

        void serve() throws IOException, InterruptedException {
            boolean keep = true;
            while (keep) {
                Optional<HttpHead> head = HttpHead.read(fromClient);
                keep = head.isPresent() && answer(head.orElseThrow());
            }
        }

        private boolean answer(HttpHead head) throws IOException, InterruptedException {
            var request = new Request(head.word(0), head.word(1));
            if (seen.size() < REQUESTS_KEPT) {
                seen.add(request);
            }
            return switch (faultFor(request).orElse(new HttpFault.Latency(Duration.ZERO))) {
                case HttpFault.Status(int status) -> refuse(head, status);
                case HttpFault.DropRequest _ -> throw new IOException("dropped as the test says");
                case HttpFault.Hang _ -> {
                    awaitCleared();
                    throw new IOException("hung as the test says");
                }
                case HttpFault.Latency(Duration delay) -> {
                    TimeUnit.NANOSECONDS.sleep(delay.toNanos());
                    yield forward(head, toClient);
                }
                case HttpFault.DropAnswer _ -> {
                    forward(head, OutputStream.nullOutputStream());
                    throw new IOException("answer dropped as the test says");
                }
                case HttpFault.TruncateBody(double fraction) -> {
                    truncate(head, fraction);
                    throw new IOException("truncated as the test says");
                }
            };
        }

        private void awaitCleared() throws InterruptedException {
            CountDownLatch latch;
            synchronized (rules) {
                latch = cleared;
            }
            latch.await();
        }

        private boolean refuse(HttpHead head, int status) throws IOException {
            HttpBodies.copyRequest(head, fromClient, OutputStream.nullOutputStream());
            byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>"
                            + (status == 503 ? "SlowDown" : "InternalError")
                            + "</Code><Message>injected</Message><RequestId>injected</RequestId></Error>")
                    .getBytes(StandardCharsets.UTF_8);
            boolean bodiless = head.word(0).equals("HEAD");
            toClient.write(("HTTP/1.1 " + status + " Injected\r\nContent-Type: application/xml\r\nContent-Length: "
                            + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            toClient.write(body, 0, bodiless ? 0 : body.length);
            toClient.flush();
            return true;
        }

        private boolean forward(HttpHead head, OutputStream sink) throws IOException {
            HttpHead answer = sendAndReadHead(head, sink);
            sink.write(answer.bytes());
            sink.flush();
            boolean keep = HttpBodies.copyAnswer(head.word(0), answer, fromServer, sink);
            return bodySent.join() && keep;
        }

        private void truncate(HttpHead head, double fraction) throws IOException {
            HttpHead answer = sendAndReadHead(head, toClient);
            toClient.write(answer.bytes());
            if (HttpBodies.hasBody(head.word(0), answer)) {
                long length = answer.contentLength().orElse(0L);
                HttpBodies.copy(fromServer, toClient, (long) (length * fraction));
            }
            toClient.flush();
        }

        // The body goes on a thread of its own: the server may answer, or say 100, before it has the whole of it.
        private HttpHead sendAndReadHead(HttpHead head, OutputStream interim) throws IOException {
            toServer.write(head.bytes());
            toServer.flush();
            bodySent = CompletableFuture.supplyAsync(() -> sendBody(head), threads);
            HttpHead answer = nextAnswer();
            while (answer.status() < 200) {
                interim.write(answer.bytes());
                interim.flush();
                answer = nextAnswer();
            }
            return answer;
        }

        private boolean sendBody(HttpHead head) {
            try {
                HttpBodies.copyRequest(head, fromClient, toServer);
                return true;
            } catch (IOException _) {
                Sockets.close(fromServer);
                return false;
            }
        }

        private HttpHead nextAnswer() throws IOException {
            return HttpHead.read(fromServer).orElseThrow(() -> new IOException("the server closed the connection"));
        }
    }
}

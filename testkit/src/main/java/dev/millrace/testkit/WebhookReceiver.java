package dev.millrace.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// An HTTP server on a free loopback port that records every request and answers as the test says.
///
/// Safe for use by several threads.
public final class WebhookReceiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("webhook-receiver"));
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Queue<Answer> next = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Answer otherwise = Answer.of(200);

    /// A request as it arrived.
    ///
    /// @param target path and query
    /// @param headers names in lower case, each with its first value
    @SuppressWarnings("ArrayRecordComponent")
    public record Received(String method, String target, Map<String, String> headers, byte[] body, Instant at) {
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// How a request is answered.
    ///
    /// @param after how long the sender waits for it; cut short when the receiver is closed
    public record Answer(int status, Map<String, String> headers, String body, Duration after) {
        public static Answer of(int status) {
            return new Answer(status, Map.of(), "", Duration.ZERO);
        }

        public Answer after(Duration wait) {
            return new Answer(status, headers, body, wait);
        }

        public Answer withHeader(String name, String value) {
            var all = new TreeMap<>(headers);
            all.put(name, value);
            return new Answer(status, all, body, after);
        }
    }

    /// Starts on a free port; answers 200 until told otherwise.
    public WebhookReceiver() {
        this(0);
    }

    public WebhookReceiver(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen", e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /// @param path begins with `/`
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /// Every request so far, in the order in which their bodies were complete.
    public List<Received> received() {
        return List.copyOf(received);
    }

    /// The requests to one path so far.
    public List<Received> received(String path) {
        return received.stream()
                .filter(request -> request.target().split("\\?")[0].equals(path))
                .toList();
    }

    /// Answers the next requests so, one each, whatever their path; then as before.
    public void answerNext(Answer... answers) {
        next.addAll(List.of(answers));
    }

    /// Answers all further requests so.
    public void answer(Answer answer) {
        otherwise = answer;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new TreeMap<String, String>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(new Received(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers, body, Instant.now()));
            Answer scripted = next.poll();
            send(exchange, scripted == null ? otherwise : scripted);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException, InterruptedException {
        boolean closing = closed.await(answer.after().toNanos(), TimeUnit.NANOSECONDS);
        if (closing) {
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }
}

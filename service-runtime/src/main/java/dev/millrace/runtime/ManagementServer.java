package dev.millrace.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.invocation.codec.Json;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The management port: `/health/live`, `/health/ready` and `/metrics`.
///
/// A request runs on its own virtual thread; more than a few at once are refused with 503.
public final class ManagementServer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ManagementServer.class);
    private static final int MAX_REQUESTS = 16;
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("management"));
    private final Semaphore permits = new Semaphore(MAX_REQUESTS);
    private final PrometheusMeterRegistry registry;
    private final HealthChecks live;
    private final HealthChecks ready;
    private volatile boolean draining;

    private record Check(
            String name, String status, @Nullable String cause) {}

    private record Health(String status, List<Check> checks) {}

    private record Problem(String message) {}

    private record Answer(int status, String contentType, String body) {}

    /// Listens at once.
    ///
    /// @param live what must hold for the process to be worth keeping: its loops run
    /// @param ready what must hold for it to take work: its dependencies answer
    /// @throws UncheckedIOException when the port cannot be used
    public ManagementServer(
            ManagementConfig config,
            PrometheusMeterRegistry registry,
            List<HealthCheck> live,
            List<HealthCheck> ready) {
        this.registry = registry;
        this.live = new HealthChecks(live, config.checkTimeout());
        this.ready = new HealthChecks(ready, config.checkTimeout());
        try {
            // One address: the name is the operator's choice.
            InetAddress host = InetAddress.getAllByName(config.host())[0];
            this.server = HttpServer.create(new InetSocketAddress(host, config.port()), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "management.port: " + config.port() + " of " + config.host() + " cannot be used (" + e.getMessage()
                            + ")",
                    e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI uri() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://" + address.getHostString() + ":" + address.getPort());
    }

    /// From now on the process is not ready: called first when it stops, so that nothing new is sent to it.
    public void drain() {
        draining = true;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!permits.tryAcquire()) {
                send(exchange, problem(503, "too many requests at once"));
                return;
            }
            try {
                send(exchange, answer(exchange));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOGGER.atError()
                        .addKeyValue("path", exchange.getRequestURI().getPath())
                        .setCause(e)
                        .log("a management request failed");
                send(exchange, problem(500, "unexpected failure"));
            } finally {
                permits.release();
            }
        }
    }

    private Answer answer(HttpExchange exchange) throws InterruptedException {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return problem(405, "only GET and HEAD");
        }
        return switch (exchange.getRequestURI().getPath()) {
            case "/health/live" -> health(live.run());
            case "/health/ready" -> draining ? health(List.of(stopping())) : health(ready.run());
            case "/metrics" -> new Answer(200, PROMETHEUS, registry.scrape());
            default -> problem(404, "only /health/live, /health/ready and /metrics");
        };
    }

    private static HealthChecks.Result stopping() {
        return new HealthChecks.Result("process", "stopping");
    }

    private static Answer health(List<HealthChecks.Result> results) {
        boolean up = results.stream().allMatch(HealthChecks.Result::isUp);
        List<Check> checks = results.stream()
                .map(result -> new Check(result.name(), word(result.isUp()), result.cause()))
                .toList();
        return new Answer(up ? 200 : 503, JSON, json(Health.class, new Health(word(up), checks)));
    }

    private static String word(boolean up) {
        return up ? "UP" : "DOWN";
    }

    private static Answer problem(int status, String message) {
        return new Answer(status, JSON, json(Problem.class, new Problem(message)));
    }

    private static <T> String json(Class<T> type, T document) {
        return new String(Json.codec(type).encode(document), StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}

package dev.millrace.load.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.load.history.History;
import dev.millrace.load.history.HistoryEntry;
import dev.millrace.load.history.HistoryEntry.Actor;
import dev.millrace.load.history.HistoryEntry.Op;
import dev.millrace.load.history.HistoryEntry.Result;
import dev.millrace.runtime.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Takes webhooks, looks for the output at once and writes down what it saw.
public final class NotificationSink implements AutoCloseable {
    private final JsonMapper json = new JsonMapper();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Threads.virtual("sink"));
    private final HttpServer server;
    private final ObjectStore store;
    private final History history;
    private volatile Consumer<String> beforeAnswer = _ -> {};

    NotificationSink(ObjectStore store, History history) throws IOException {
        this.store = store;
        this.history = history;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /// Called with the call's id when a notification was written down and not yet answered.
    public void beforeAnswer(Consumer<String> action) {
        beforeAnswer = action;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = json.readTree(exchange.getRequestBody().readAllBytes());
            String id = body.path("inferenceId").asString("");
            String at = body.path("responseParameters").path("outputLocation").asString("");
            boolean isReadable = store.head(ObjectLocation.parse(at)).isPresent();
            history.add(new HistoryEntry(
                    Instant.now(),
                    Actor.RECEIVER,
                    Op.WEBHOOK,
                    id,
                    isReadable ? Result.OK : Result.FAIL,
                    null,
                    1,
                    body.path("invocationId").asString(""),
                    exchange.getRequestHeaders().getFirst("webhook-id")));
            beforeAnswer.accept(id);
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}

package dev.millrace.load.faults.scenario;

import dev.millrace.load.faults.Call;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// An endpoint beside the scenario's own whose model gives as many numbers as its input says.
final class StretchEndpoint implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Set<String> RUNNING = Set.of("Queued", "InProgress");

    private final Stage stage;
    private final String name;

    private StretchEndpoint(Stage stage, String name) {
        this.stage = stage;
        this.name = name;
    }

    static StretchEndpoint deploy(Stage stage) throws IOException, InterruptedException {
        String name = stage.endpoint() + "-stretch";
        stage.deploy(name, TestModel.stretch(), 1);
        return new StretchEndpoint(stage, name);
    }

    /// Asks for so many numbers.
    ///
    /// @return the id of the call
    String call(String id, long numbers) throws IOException, InterruptedException {
        String whole = name + "-" + id;
        String body =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[" + numbers + "]}]}";
        var call =
                new Call(whole, "application/json", body.getBytes(StandardCharsets.UTF_8), null, null, null, Map.of());
        String invocation = stage.client(name).call(call);
        if (invocation == null) {
            throw new IOException(whole + " was not accepted");
        }
        return whole;
    }

    /// What became of a call.
    JsonNode end(String id) throws InterruptedException {
        var last = new AtomicReference<JsonNode>(MissingNode.getInstance());
        Wait.until("the end of " + id, PATIENCE, () -> {
            last.set(stage.cluster().api().status(name, id, 10));
            return !RUNNING.contains(last.get().path("status").asString("Queued"));
        });
        return last.get();
    }

    boolean isWell() throws IOException, InterruptedException {
        return end(call("well-" + System.nanoTime(), 3))
                .path("status")
                .asString("")
                .equals("Completed");
    }

    @Override
    public void close() throws IOException {
        try {
            stage.remove(name);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

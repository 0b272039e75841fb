package dev.millrace.load.faults.scenario;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.LaneAdmin.LanePosition;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import dev.millrace.queue.KafkaLaneAdmin;
import dev.millrace.queue.KafkaRequestQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// every record is put on its lane a second time.
final class RecordsQueuedTwice implements Scenario {
    private static final int CALLS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String id() {
        return "R-28";
    }

    @Override
    public String title() {
        return "every record queued twice";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(2);
        try (var lanes = new KafkaLaneAdmin(stage.cluster().kafka());
                var queue = new KafkaRequestQueue(stage.cluster().kafka())) {
            LaneId lane = lanes.list().stream()
                    .filter(each ->
                            each.endpoint().value().equals(stage.endpoint()) && each.kind() == LaneId.Kind.ASYNCHRONOUS)
                    .findFirst()
                    .orElseThrow();
            // With nobody there to finish one, none is trimmed before it is read.
            stage.cluster().host().stop();
            stage.load(CALLS, 50).await();
            List<InferenceRequest> requests = new ArrayList<>();
            LanePosition position = lanes.position(lane).orElseThrow();
            for (long offset = position.start(); offset < position.end(); offset++) {
                lanes.read(lane, offset).ifPresent(requests::add);
            }
            stage.expect(requests.size() == CALLS, "every record is queued again: " + requests.size());
            for (InferenceRequest request : requests) {
                queue.enqueue(lane, request).toCompletableFuture().get(5, TimeUnit.SECONDS);
            }
            stage.cluster().host().start();
            Wait.until(
                    "the lane is empty",
                    PATIENCE,
                    () -> lanes.position(lane)
                            .filter(each -> each.backlog() == 0)
                            .isPresent());
        }
    }
}

package dev.millrace.load.faults.scenario;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.load.faults.Load;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import dev.millrace.queue.KafkaLaneAdmin;
import dev.millrace.queue.KafkaRequestQueue;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

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
            Load load = stage.load(CALLS, 50);
            var doubled = new HashSet<InvocationId>();
            var next = new AtomicLong();
            Wait.until("every record is queued again", PATIENCE, () -> {
                for (Optional<InferenceRequest> found = lanes.read(lane, next.get());
                        found.isPresent();
                        found = lanes.read(lane, next.incrementAndGet())) {
                    if (doubled.add(found.get().invocationId())) {
                        queue.enqueue(lane, found.get()).toCompletableFuture().get(5, TimeUnit.SECONDS);
                    }
                }
                return doubled.size() == CALLS;
            });
            load.await();
            Wait.until(
                    "the lane is empty",
                    PATIENCE,
                    () -> lanes.position(lane)
                            .filter(each -> each.backlog() == 0)
                            .isPresent());
        }
    }
}

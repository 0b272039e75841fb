package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.LaneContract;
import dev.millrace.testkit.contract.QueueAdapter;
import dev.millrace.testkit.contract.Requests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class KafkaLaneIT extends LaneContract {
    @Override
    protected QueueAdapter open(Duration lock, int window) {
        return adapter(lock, window);
    }

    /// With the longest heartbeat there is: who would hear of its partition only with the second one is not here in
    /// time.
    @Test
    void givesEveryConsumerThatJoinsItsShareWithItsFirstHeartbeat() throws Exception {
        LaneId lane = Requests.lane();
        List<RequestConsumer> consumers = new ArrayList<>();
        List<AcquiredRequest> taken = new CopyOnWriteArrayList<>();
        try (KafkaQueueAdapter adapter = adapter(Duration.ofSeconds(30), 2_000)) {
            adapter.lanes().create(List.of(lane));
            set(adapter, lane, "share.session.timeout.ms", "30000");
            set(adapter, lane, "share.heartbeat.interval.ms", "15000");
            for (int i = 0; i < 4; i++) {
                consumers.add(adapter.consumers().open(lane, 1, taken::add));
            }

            for (int i = 0; i < 4; i++) {
                adapter.queue()
                        .enqueue(lane, Requests.asynchronous("one each"))
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
            }

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(taken).hasSize(4));
        } finally {
            consumers.forEach(RequestConsumer::close);
        }
    }

    private static void set(KafkaQueueAdapter adapter, LaneId lane, String name, String value) throws Exception {
        var change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        adapter.connection()
                .admin()
                .incrementalAlterConfigs(
                        Map.of(new ConfigResource(ConfigResource.Type.GROUP, lane.topic()), List.of(change)))
                .all()
                .get(10, TimeUnit.SECONDS);
    }

    private static KafkaQueueAdapter adapter(Duration lock, int window) {
        return new KafkaQueueAdapter(KafkaQueueAdapter.config(SharedServers.kafka(), lock, window));
    }
}

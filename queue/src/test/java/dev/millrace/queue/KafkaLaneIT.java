package dev.millrace.queue;

import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.LaneContract;
import dev.millrace.testkit.contract.QueueAdapter;
import java.time.Duration;

class KafkaLaneIT extends LaneContract {
    @Override
    protected QueueAdapter open(Duration lock, int window) {
        return new KafkaQueueAdapter(KafkaQueueAdapter.config(SharedServers.kafka(), lock, window));
    }
}

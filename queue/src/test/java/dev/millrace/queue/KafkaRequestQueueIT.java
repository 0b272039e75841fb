package dev.millrace.queue;

import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.RequestQueue;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.QueueAdapter;
import dev.millrace.testkit.contract.RequestQueueContract;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

class KafkaRequestQueueIT extends RequestQueueContract {
    @Override
    protected RequestQueue open(String bootstrapServers) {
        var connection = new KafkaConnection(KafkaConfig.of(bootstrapServers));
        var queue = new KafkaRequestQueue(connection);
        return new RequestQueue() {
            @Override
            public CompletionStage<Void> enqueue(LaneId lane, InferenceRequest request) {
                return queue.enqueue(lane, request);
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }

    @Override
    protected QueueAdapter adapter() {
        return new KafkaQueueAdapter(KafkaQueueAdapter.config(bootstrapServers(), Duration.ofSeconds(30), 2_000));
    }

    @Override
    protected String bootstrapServers() {
        return SharedServers.kafka();
    }
}

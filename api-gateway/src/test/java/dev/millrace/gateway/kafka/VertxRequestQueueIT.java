package dev.millrace.gateway.kafka;

import dev.millrace.gateway.limit.Bound;
import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.LaneAdmin;
import dev.millrace.invocation.port.RequestConsumers;
import dev.millrace.invocation.port.RequestQueue;
import dev.millrace.queue.KafkaConfig;
import dev.millrace.queue.KafkaConnection;
import dev.millrace.queue.KafkaFeeds;
import dev.millrace.queue.KafkaLaneAdmin;
import dev.millrace.queue.KafkaRequestConsumers;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.QueueAdapter;
import dev.millrace.testkit.contract.RequestQueueContract;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionStage;

class VertxRequestQueueIT extends RequestQueueContract {
    @Override
    protected RequestQueue open(String bootstrapServers) {
        var vertx = Vertx.vertx();
        var sends = new Bound("sends", 8_192, ErrorCode.SERVICE_UNAVAILABLE, new SimpleMeterRegistry());
        var queue = new VertxRequestQueue(vertx, bootstrapServers, sends);
        return new RequestQueue() {
            @Override
            public CompletionStage<Void> enqueue(LaneId lane, InferenceRequest request) {
                return queue.enqueue(lane, request);
            }

            @Override
            public void close() {
                queue.close();
                vertx.close().await();
            }
        };
    }

    @Override
    protected QueueAdapter adapter() {
        var connection = new KafkaConnection(KafkaConfig.of(bootstrapServers()));
        connection.ensureTopics();
        var lanes = new KafkaLaneAdmin(connection);
        return new QueueAdapter() {
            @Override
            public LaneAdmin lanes() {
                return lanes;
            }

            @Override
            public RequestQueue queue() {
                return open(bootstrapServers());
            }

            @Override
            public RequestConsumers consumers() {
                return new KafkaRequestConsumers(connection);
            }

            @Override
            public Feed<DeadLetter> deadLetters() {
                return new KafkaFeeds(connection).deadLetters();
            }

            @Override
            public void close() {
                lanes.close();
                connection.close();
            }
        };
    }

    @Override
    protected String bootstrapServers() {
        return SharedServers.kafka();
    }
}

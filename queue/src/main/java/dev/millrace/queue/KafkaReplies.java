package dev.millrace.queue;

import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.codec.ReplyCodec;
import dev.millrace.invocation.port.Replies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Replies by one topic whose partitions the gateways share out by their ids; the key of a record is the
/// gateway's id.
public final class KafkaReplies implements Replies {
    private static final Logger LOGGER = LoggerFactory.getLogger(KafkaReplies.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaConnection connection;

    public KafkaReplies(KafkaConnection connection) {
        this.connection = connection;
    }

    @Override
    public CompletionStage<Void> send(ReplyAddress to, Reply reply) {
        return connection
                .sender()
                .send(WireRecords.toKafka(Topics.REPLIES, to.partition(), to.gatewayId(), ReplyCodec.encode(reply)));
    }

    /// Everything that is sent to the address after this method returned is received.
    @Override
    public Receiver receive(String gatewayId, Consumer<Reply> listener) {
        var consumer = new KafkaConsumer<>(
                connection.clients().follower("latest"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            int partitions = consumer.partitionsFor(Topics.REPLIES, PATIENCE).size();
            var partition = new TopicPartition(Topics.REPLIES, Math.floorMod(gatewayId.hashCode(), partitions));
            consumer.assign(List.of(partition));
            Map<TopicPartition, Long> end = consumer.endOffsets(List.of(partition), PATIENCE);
            end.forEach(consumer::seek);
            var loop = new ReplyLoop(consumer, gatewayId, listener);
            return new ReplyReceiver(
                    new ReplyAddress(gatewayId, partition.partition()),
                    FeedSubscription.start(connection, "replies-" + gatewayId, loop));
        } catch (KafkaException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw KafkaFailures.of("replies", e);
        }
    }

    /// Nothing to close: the producer belongs to the connection and receivers are closed by their owners.
    @Override
    public void close() {}

    private record ReplyReceiver(ReplyAddress address, FeedSubscription subscription) implements Receiver {
        @Override
        public void check() {
            subscription.check();
        }

        @Override
        public void close() {
            subscription.close();
        }
    }

    private record ReplyLoop(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            String gatewayId,
            Consumer<Reply> listener)
            implements FeedLoop {
        @Override
        public boolean poll() {
            byte[] ours = gatewayId.getBytes(StandardCharsets.UTF_8);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (Arrays.equals(ours, record.key())) {
                    handOver(record);
                }
            }
            return false;
        }

        @Override
        public CompletableFuture<Void> caughtUp() {
            return CompletableFuture.completedFuture(null);
        }

        private void handOver(ConsumerRecord<byte[], byte[]> record) {
            try {
                listener.accept(ReplyCodec.decode(WireRecords.fromKafka(record)));
            } catch (PlatformException e) {
                LOGGER.atWarn()
                        .addKeyValue("topic", record.topic())
                        .addKeyValue("offset", record.offset())
                        .addKeyValue("error", e.text())
                        .log("record is no reply, passed over");
            } catch (RuntimeException e) {
                LOGGER.atError()
                        .addKeyValue("topic", record.topic())
                        .setCause(e)
                        .log("listener failed on a reply");
            }
        }
    }
}

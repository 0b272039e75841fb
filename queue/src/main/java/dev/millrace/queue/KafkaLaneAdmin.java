package dev.millrace.queue;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.LaneAdmin;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// Lanes by Kafka's admin client.
public final class KafkaLaneAdmin implements LaneAdmin {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// A call for one group takes 2 to 5 ms and now and then 1.8 s.
    private static final Duration POSITION_PATIENCE = Duration.ofSeconds(3);

    private final KafkaConnection connection;
    private final ShareGroups groups;
    private final LaneReader reader;

    public KafkaLaneAdmin(KafkaConnection connection) {
        this.connection = connection;
        this.groups = new ShareGroups(connection);
        this.reader = new LaneReader(connection);
    }

    /// In this order a lane's backlog is readable before its first worker, and its first record takes
    /// milliseconds:
    /// topic, group settings, start offset.
    @Override
    public void create(Collection<LaneId> lanes) {
        if (lanes.isEmpty()) {
            return;
        }
        Set<String> created = Topics.createLanes(connection.admin(), connection.config(), lanes);
        groups.configure(lanes);
        // An existing lane whose maker died before this step has no offsets yet; any other keeps its own.
        groups.begin(lanes.stream()
                .filter(lane -> created.contains(lane.topic()) || groupOffsets(lane) == null)
                .toList());
    }

    @Override
    public void delete(Collection<LaneId> lanes) {
        if (lanes.isEmpty()) {
            return;
        }
        groups.delete(lanes);
        connection
                .admin()
                .deleteTopics(lanes.stream().map(LaneId::topic).toList())
                .topicNameValues()
                .forEach(
                        (topic, future) -> awaitGone("topic " + topic, future, UnknownTopicOrPartitionException.class));
        groups.forget(lanes);
    }

    @Override
    public Set<LaneId> list() {
        try {
            return KafkaFailures.await("topics", connection.admin().listTopics().names(), PATIENCE).stream()
                    .map(LaneId::ofTopic)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (ExecutionException e) {
            throw KafkaFailures.of("topics", e);
        }
    }

    /// The end is read before the backlog: so when the backlog is zero, everything below the end is finished.
    @Override
    public Optional<LanePosition> position(LaneId lane) {
        TopicPartition partition = partition(lane);
        try {
            long end = KafkaFailures.await(
                            "end of " + lane,
                            connection
                                    .admin()
                                    .listOffsets(Map.of(partition, OffsetSpec.latest()))
                                    .partitionResult(partition),
                            POSITION_PATIENCE)
                    .offset();
            SharePartitionOffsetInfo info = groupOffsets(lane);
            if (info == null) {
                return Optional.empty();
            }
            return info.lag().map(lag -> new LanePosition(info.startOffset(), end, lag));
        } catch (ExecutionException _) {
            return Optional.empty();
        } catch (PlatformException e) {
            if (e.code() == ErrorCode.SERVICE_UNAVAILABLE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void trim(Map<LaneId, Long> below) {
        var offsets = new HashMap<TopicPartition, RecordsToDelete>();
        below.forEach((lane, offset) -> offsets.put(partition(lane), RecordsToDelete.beforeOffset(offset)));
        Map<TopicPartition, KafkaFuture<DeletedRecords>> results =
                connection.admin().deleteRecords(offsets).lowWatermarks();
        results.forEach((partition, future) ->
                awaitGone("trim of " + partition.topic(), future, UnknownTopicOrPartitionException.class));
    }

    @Override
    public Optional<InferenceRequest> read(LaneId lane, long offset) {
        return reader.read(lane, offset);
    }

    @Override
    public void check() {
        connection.check();
    }

    @Override
    public void close() {
        reader.close();
    }

    static TopicPartition partition(LaneId lane) {
        return new TopicPartition(lane.topic(), 0);
    }

    /// One group per call: a call for several stalls for seconds now and then.
    ///
    /// @return null when the group has no offsets yet
    private @Nullable SharePartitionOffsetInfo groupOffsets(LaneId lane) {
        String group = lane.topic();
        var options = new ListShareGroupOffsetsOptions().timeoutMs((int) POSITION_PATIENCE.toMillis());
        try {
            return KafkaFailures.await(
                            "position of " + lane,
                            connection
                                    .admin()
                                    .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()), options)
                                    .partitionsToOffsetInfo(group),
                            POSITION_PATIENCE)
                    .get(partition(lane));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return null;
            }
            throw KafkaFailures.of("position of " + lane, e);
        }
    }

    private static void awaitGone(String doing, KafkaFuture<?> future, Class<? extends Exception> gone) {
        try {
            KafkaFailures.await(doing, future, PATIENCE);
        } catch (ExecutionException e) {
            if (!gone.isInstance(e.getCause())) {
                throw KafkaFailures.of(doing, e);
            }
        }
    }
}

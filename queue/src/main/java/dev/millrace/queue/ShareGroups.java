package dev.millrace.queue;

import dev.millrace.invocation.LaneId;
import dev.millrace.runtime.Backoff;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The share groups of lanes: their settings, where they begin, and their end.
final class ShareGroups {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShareGroups.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// How long members that were just closed may still be listed, and a new topic still be unknown.
    private static final Duration SETTLING = Duration.ofSeconds(10);
    private static final Backoff PACE = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));
    private final KafkaConnection connection;

    ShareGroups(KafkaConnection connection) {
        this.connection = connection;
    }

    void configure(Collection<LaneId> lanes) {
        var settings = new HashMap<>(required());
        settings.putAll(optional());
        if (set(lanes, settings)) {
            return;
        }
        try {
            alter(lanes, required(), AlterConfigOp.OpType.SET);
        } catch (ExecutionException e) {
            throw KafkaFailures.of("settings of lanes", e);
        }
        optional().forEach((name, value) -> {
            if (!set(lanes, Map.of(name, value))) {
                LOGGER.atWarn()
                        .addKeyValue("setting", name)
                        .addKeyValue("value", value)
                        .log("broker refuses this group setting, its own value is used");
            }
        });
    }

    /// Lets the groups begin at the first record, before any member joins.
    void begin(Collection<LaneId> lanes) {
        Admin admin = connection.admin();
        Map<LaneId, KafkaFuture<Void>> first = new LinkedHashMap<>();
        for (LaneId lane : lanes) {
            first.put(lane, beginning(admin, lane));
        }
        // A group with members has begun.
        first.forEach((lane, future) ->
                settle("start of " + lane, future, GroupNotEmptyException.class, () -> beginning(admin, lane)));
    }

    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` when members do not leave
    void delete(Collection<LaneId> lanes) {
        Admin admin = connection.admin();
        List<String> names = lanes.stream().map(LaneId::topic).toList();
        Map<String, KafkaFuture<Void>> first = admin.deleteShareGroups(names).deletedGroups();
        first.forEach((group, future) -> settle(
                "removal of group " + group, future, GroupIdNotFoundException.class, () -> removal(admin, group)));
    }

    /// Removes the settings, which outlive their group and would be inherited by the next of the same name.
    void forget(Collection<LaneId> lanes) {
        var settings = new HashMap<>(required());
        settings.putAll(optional());
        try {
            alter(lanes, settings, AlterConfigOp.OpType.DELETE);
        } catch (ExecutionException e) {
            throw KafkaFailures.of("settings of lanes", e);
        }
    }

    private Map<String, String> required() {
        KafkaConfig config = connection.config();
        return Map.of(
                "share.auto.offset.reset",
                "earliest",
                "share.record.lock.duration.ms",
                Long.toString(config.acquisitionLock().toMillis()),
                "share.delivery.count.limit",
                Integer.toString(config.deliveryLimit()),
                "share.renew.acknowledge.enable",
                "true",
                "errors.deadletterqueue.topic.name",
                Topics.DEAD_LETTERS,
                "errors.deadletterqueue.copy.record.enable",
                "true");
    }

    /// What a lane is better with and works without, where the broker's own bound is lower or it is older.
    private Map<String, String> optional() {
        return Map.of(
                "share.partition.max.record.locks",
                Integer.toString(connection.config().window()),
                // By default a member that joins within a second of another one, or before the assignor's thread is
                // done, hears of its partition with its second heartbeat, five seconds later.
                "share.assignment.interval.ms",
                "0",
                "share.assignor.offload.enable",
                "false");
    }

    /// Whether the broker took the settings.
    private boolean set(Collection<LaneId> lanes, Map<String, String> settings) {
        try {
            alter(lanes, settings, AlterConfigOp.OpType.SET);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidConfigurationException) {
                LOGGER.atDebug().setCause(e).log("settings of lanes");
                return false;
            }
            throw KafkaFailures.of("settings of lanes", e);
        }
    }

    private void alter(Collection<LaneId> lanes, Map<String, String> settings, AlterConfigOp.OpType how)
            throws ExecutionException {
        List<AlterConfigOp> operations = settings.entrySet().stream()
                .map(entry -> new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), how))
                .toList();
        var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
        lanes.forEach(lane -> changes.put(new ConfigResource(ConfigResource.Type.GROUP, lane.topic()), operations));
        KafkaFailures.await(
                "settings of lanes",
                connection.admin().incrementalAlterConfigs(changes).all(),
                PATIENCE);
    }

    private static KafkaFuture<Void> beginning(Admin admin, LaneId lane) {
        return admin.alterShareGroupOffsets(lane.topic(), Map.of(KafkaLaneAdmin.partition(lane), 0L))
                .all();
    }

    private static KafkaFuture<Void> removal(Admin admin, String group) {
        return admin.deleteShareGroups(List.of(group)).all();
    }

    /// Waits for a call and repeats it while the broker is only not ready for it.
    ///
    /// @param done the failure that means that nothing is left to do
    private static void settle(
            String doing, KafkaFuture<Void> first, Class<? extends Exception> done, Supplier<KafkaFuture<Void>> again) {
        KafkaFuture<Void> future = first;
        long deadline = System.nanoTime() + SETTLING.toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                KafkaFailures.await(doing, future, PATIENCE);
                return;
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                if (done.isInstance(cause)) {
                    return;
                }
                boolean passes = cause instanceof GroupNotEmptyException
                        || cause instanceof UnknownTopicOrPartitionException
                        || cause instanceof RetriableException;
                if (!passes || System.nanoTime() > deadline) {
                    throw KafkaFailures.of(doing, e);
                }
                LockSupport.parkNanos(
                        PACE.after(attempt, ThreadLocalRandom.current()).toNanos());
                future = again.get();
            }
        }
    }
}

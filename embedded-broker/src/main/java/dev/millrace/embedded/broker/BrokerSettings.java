package dev.millrace.embedded.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The broker's properties: one node, loopback, small buffers, and the share-group bounds that the queue
/// relies on.
final class BrokerSettings {
    static final String HOST = "127.0.0.1";
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private BrokerSettings() {}

    static Map<String, String> of(Path data, int port, int advertised, int controllerPort) {
        var settings = new HashMap<String, String>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", String.valueOf(NODE_ID));
        settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
        settings.put("controller.listener.names", CONTROLLER_LISTENER);
        settings.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + advertised);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", data.toString());
        settings.putAll(oneNode());
        settings.putAll(queues());
        settings.putAll(small());
        return settings;
    }

    private static Map<String, String> oneNode() {
        return Map.ofEntries(
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("default.replication.factor", "1"),
                Map.entry("min.insync.replicas", "1"),
                // After kill -9 the controller keeps the old registration for this long before it takes the new one.
                Map.entry("broker.session.timeout.ms", "2000"),
                Map.entry("broker.heartbeat.interval.ms", "500"),
                Map.entry("group.initial.rebalance.delay.ms", "0"));
    }

    private static Map<String, String> queues() {
        return Map.ofEntries(
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("num.partitions", "1"),
                Map.entry("group.share.max.partition.max.record.locks", "10000"),
                Map.entry("group.share.min.record.lock.duration.ms", "1000"),
                Map.entry("group.share.max.delivery.count.limit", "25"),
                Map.entry("group.share.max.size", "1000"),
                // A process that died keeps its partitions of a consumer group, and its lanes from being deleted,
                // for this long; the defaults are 45 s.
                Map.entry("group.consumer.session.timeout.ms", "10000"),
                Map.entry("group.consumer.min.session.timeout.ms", "5000"),
                Map.entry("group.consumer.heartbeat.interval.ms", "3000"),
                Map.entry("group.consumer.min.heartbeat.interval.ms", "1000"),
                // By default a rebalance within a second of another one is put off and heard of a heartbeat later.
                Map.entry("group.consumer.assignment.interval.ms", "0"),
                Map.entry("group.consumer.assignor.offload.enable", "false"),
                Map.entry("group.share.session.timeout.ms", "15000"),
                Map.entry("group.share.min.session.timeout.ms", "5000"),
                // Finished records are deleted by whole segments at this pace.
                Map.entry("log.retention.check.interval.ms", "30000"));
    }

    private static Map<String, String> small() {
        return Map.ofEntries(
                Map.entry("num.network.threads", "1"),
                Map.entry("num.io.threads", "2"),
                Map.entry("background.threads", "1"),
                Map.entry("group.coordinator.threads", "1"),
                Map.entry("group.coordinator.background.threads", "1"),
                Map.entry("num.recovery.threads.per.data.dir", "2"),
                // The default takes 128 MB of heap.
                Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
                Map.entry("log.cleaner.io.buffer.size", "131072"),
                Map.entry("offsets.topic.segment.bytes", "4194304"),
                Map.entry("transaction.state.log.segment.bytes", "4194304"),
                Map.entry("share.coordinator.state.topic.segment.bytes", "4194304"),
                Map.entry("share.coordinator.state.topic.prune.interval.ms", "60000"),
                Map.entry("metadata.log.segment.bytes", "16777216"),
                Map.entry("metadata.max.retention.bytes", "33554432"),
                // A node with no followers needs few of the records that only say that time passes.
                Map.entry("metadata.max.idle.interval.ms", "5000"),
                Map.entry("log.index.size.max.bytes", "1048576"));
    }
}

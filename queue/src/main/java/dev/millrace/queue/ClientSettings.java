package dev.millrace.queue;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/// The settings of every Kafka client that the platform opens, each with its reason.
final class ClientSettings {
    private final String bootstrapServers;

    ClientSettings(KafkaConfig config) {
        this.bootstrapServers = config.bootstrapServers();
    }

    Map<String, Object> admin() {
        Map<String, Object> settings = common("millrace-admin");
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        return settings;
    }

    Map<String, Object> producer() {
        Map<String, Object> settings = common("millrace-producer");
        // The default of 5 ms would be added to every send that someone waits for.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // What comes while a request is under way goes together with the next one: one alone never waits, and many
        // do not cost the broker a request each.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        // How long a send may hold its caller while the broker is out of reach and the topic not yet known.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_500);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_OWED_BYTES);
        return settings;
    }

    /// A consumer without a group, told what to read by `assign`.
    Map<String, Object> follower(String resetTo) {
        Map<String, Object> settings = common("millrace-follower");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, resetTo);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Without it a position that the broker never gave would be searched for a minute.
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return settings;
    }

    /// A consumer that reads what is there, record by record, and waits for nothing.
    Map<String, Object> reader() {
        Map<String, Object> settings = follower("none");
        // Else the fetch that is sent ahead for the record after the last one holds up the next read for half a second.
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 0);
        return settings;
    }

    Map<String, Object> member(String group) {
        Map<String, Object> settings = common("millrace-" + group);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
        return settings;
    }

    Map<String, Object> shareMember(String group, int maxRecords) {
        Map<String, Object> settings = common("millrace-lane");
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        // The default gives a whole producer batch to one consumer, whatever max.poll.records says.
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxRecords);
        return settings;
    }

    private Map<String, Object> common(String clientId) {
        var settings = new HashMap<String, Object>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        // JMX beans and a telemetry handshake per client would be paid at every start of a worker.
        settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        // Joining a group takes several round trips that are retried at this pace.
        settings.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 10L);
        settings.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 500L);
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 20L);
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);
        return settings;
    }
}

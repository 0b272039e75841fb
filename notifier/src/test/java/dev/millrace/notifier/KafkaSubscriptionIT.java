package dev.millrace.notifier;

import static dev.millrace.notifier.NotifierPlatform.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.topic.MessageText;
import dev.millrace.controlplane.topic.Publication;
import dev.millrace.controlplane.topic.TopicPublisher;
import dev.millrace.invocation.MessageAttribute;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is published to a topic reaches the Kafka topics that subscribe to it, read there by a plain consumer.
class KafkaSubscriptionIT {
    private static final JsonMapper JSON = new JsonMapper();

    private final String alerts = "alerts-" + Requests.id();
    private final NotifierPlatform platform = new NotifierPlatform();
    private final KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
            Map.of("bootstrap.servers", SharedServers.kafka(), "group.id", alerts, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer());
    private final String topicArn = platform.controlPlane.createTopic(alerts);

    @BeforeEach
    void start() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", SharedServers.kafka()))) {
            admin.createTopics(List.of(new NewTopic(alerts, 1, (short) 1)))
                    .all()
                    .get();
        }
        consumer.subscribe(List.of(alerts));
        platform.startNotifier();
    }

    @AfterEach
    void close() {
        consumer.close();
        platform.close();
    }

    @Test
    void carriesTheEnvelopeThatHttpSubscribersGet() {
        String subscriptionArn = subscribe(Map.of());

        publish("id-1", "all is well");

        ConsumerRecord<String, String> message = next();
        assertThat(message.key()).isEqualTo("id-1");
        assertThat(header(message, "message-id")).isEqualTo("id-1");
        assertThat(header(message, "topic-arn")).isEqualTo(topicArn);
        assertThat(header(message, "subscription-arn")).isEqualTo(subscriptionArn);
        assertThat(header(message, "subject")).isEqualTo("a subject");
        assertThat(header(message, "attribute.kind")).isEqualTo("test");
        JsonNode envelope = JSON.readTree(message.value());
        assertThat(envelope.path("Type").asString()).isEqualTo("Notification");
        assertThat(envelope.path("Message").asString()).isEqualTo("all is well");
        assertThat(envelope.path("Signature").asString()).isNotEmpty();
    }

    @Test
    void carriesTheBareTextWhereTheSubscriberWantsThat() {
        subscribe(Map.of("RawMessageDelivery", "true"));

        publish("id-1", "all is well");

        assertThat(next().value()).isEqualTo("all is well");
    }

    private String subscribe(Map<String, String> attributes) {
        return platform.controlPlane
                .subscriptions
                .subscribe(topicArn, "kafka", alerts, attributes)
                .subscription()
                .arn();
    }

    private void publish(String messageId, String text) {
        var publication = new Publication(
                messageId,
                MessageText.of(text),
                "a subject",
                Map.of("kind", new MessageAttribute("String", "test")),
                platform.clock.instant());
        var publisher = new TopicPublisher(platform.controlPlane.catalog);
        publisher
                .deliveries(topicArn, publication, platform.clock.instant())
                .forEach(delivery -> platform.feeds
                        .owedDeliveries()
                        .publish(delivery.key(), delivery)
                        .toCompletableFuture()
                        .join());
    }

    private ConsumerRecord<String, String> next() {
        List<ConsumerRecord<String, String>> read = new ArrayList<>();
        eventually().until(() -> {
            consumer.poll(Duration.ofMillis(200)).forEach(read::add);
            return !read.isEmpty();
        });
        assertThat(read).hasSize(1);
        return read.getFirst();
    }

    private static String header(ConsumerRecord<String, String> message, String name) {
        return new String(message.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}

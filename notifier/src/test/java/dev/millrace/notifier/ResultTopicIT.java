package dev.millrace.notifier;

import static dev.millrace.notifier.NotifierPlatform.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Results reach the Kafka topic that a caller names, read there by a plain consumer.
class ResultTopicIT {
    private static final int INLINE = PayloadLimits.DEFAULT.inlineBytes();

    private final EndpointName name = Requests.endpoint();
    private final String topic = "results-" + name;
    private final NotifierPlatform platform = new NotifierPlatform();
    private final KafkaConsumer<byte[], byte[]> consumer = consumer();
    private final List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();

    @BeforeEach
    void start() {
        platform.controlPlane.createEndpoint(name);
        platform.startNotifier();
    }

    @AfterEach
    void close() {
        consumer.close();
        platform.close();
    }

    @Test
    void carryASmallOutputItself() throws Exception {
        createTopic();
        InvocationSummary call = call();
        put(call.outputLocation(), Payload.ofUtf8("[[0.1,0.9]]"));

        platform.publish(Ends.completed(call));

        ConsumerRecord<byte[], byte[]> result = next();
        assertThat(new String(result.key(), StandardCharsets.UTF_8))
                .isEqualTo(call.invocationId().toString());
        assertThat(new String(result.value(), StandardCharsets.UTF_8)).isEqualTo("[[0.1,0.9]]");
        assertThat(header(result, "invocation-id"))
                .isEqualTo(call.invocationId().toString());
        assertThat(header(result, "inference-id")).isEqualTo(call.inferenceId().value());
        assertThat(header(result, "status")).isEqualTo("Completed");
        assertThat(header(result, "content-type")).isEqualTo("application/json");
        assertThat(header(result, "output-location"))
                .isEqualTo(call.outputLocation().uri());
        assertThat(header(result, "message-id")).isEqualTo("msg_" + call.invocationId());
    }

    @Test
    void carryAnOutputUpToTheInlineLimitAndOnlyItsLocationAboveIt() throws Exception {
        createTopic();
        InvocationSummary largest = call();
        InvocationSummary larger = call();
        put(largest.outputLocation(), Payload.of(new byte[INLINE]));
        put(larger.outputLocation(), Payload.of(new byte[INLINE + 1]));

        platform.publish(Ends.completed(largest));
        assertThat(next().value()).hasSize(INLINE);
        platform.publish(Ends.completed(larger));

        ConsumerRecord<byte[], byte[]> result = next();
        assertThat(result.value()).isEmpty();
        assertThat(header(result, "output-location"))
                .isEqualTo(larger.outputLocation().uri());
    }

    @Test
    void tellWhyACallFailedAndCarryItsFailureObject() throws Exception {
        createTopic();
        InvocationSummary call = call();
        put(call.failureLocation(), Payload.ofUtf8("{\"message\":\"no\"}"));

        platform.publish(Ends.failed(call));

        ConsumerRecord<byte[], byte[]> result = next();
        assertThat(header(result, "status")).isEqualTo("Failed");
        assertThat(header(result, "failure-reason")).isEqualTo("ClientError: the model wants 64 columns");
        assertThat(header(result, "output-location"))
                .isEqualTo(call.failureLocation().uri());
        assertThat(new String(result.value(), StandardCharsets.UTF_8)).isEqualTo("{\"message\":\"no\"}");
    }

    @Test
    void areEmptyWhereThereIsNoObject() throws Exception {
        createTopic();

        platform.publish(new InvocationEvent.Cancelled(call(), Instant.now()));

        assertThat(next().value()).isEmpty();
    }

    @Test
    void waitForATopicThatIsNotThereYet() throws Exception {
        InvocationSummary call = call();
        put(call.outputLocation(), Payload.ofUtf8("late"));
        platform.publish(Ends.completed(call));
        eventually().until(() -> failedAttempts() >= 1);

        createTopic();

        assertThat(new String(next().value(), StandardCharsets.UTF_8)).isEqualTo("late");
    }

    @Test
    void delayNoWebhookWhereTheirTopicIsMissing() {
        for (int number = 0; number < 30; number++) {
            platform.publish(Ends.completed(call()));
        }
        eventually().until(() -> failedAttempts() >= 1);

        platform.publish(
                Ends.completed(Ends.call(name, TestControlPlane.BUCKET.value(), platform.receiver.url("/hook"), null)));

        eventually()
                .atMost(Duration.ofSeconds(5))
                .until(() -> !platform.receiver.received("/hook").isEmpty());
    }

    private InvocationSummary call() {
        return Ends.call(name, TestControlPlane.BUCKET.value(), null, topic);
    }

    private double failedAttempts() {
        return platform.registry
                .counter("notification.attempts", "destination", "kafka", "outcome", "failed")
                .count();
    }

    private void put(ObjectLocation at, Payload body) {
        platform.store.put(at, body, ObjectAttributes.JSON, WriteCondition.IF_ABSENT);
    }

    private void createTopic() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", SharedServers.kafka()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        consumer.subscribe(List.of(topic));
    }

    private ConsumerRecord<byte[], byte[]> next() {
        int before = read.size();
        eventually().until(() -> {
            consumer.poll(Duration.ofMillis(200)).forEach(read::add);
            return read.size() > before;
        });
        assertThat(read).hasSize(before + 1);
        return read.getLast();
    }

    private static String header(ConsumerRecord<byte[], byte[]> result, String header) {
        return new String(result.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
    }

    private static KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        SharedServers.kafka(),
                        "group.id",
                        "reader-" + Requests.id(),
                        "group.protocol",
                        "consumer",
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}

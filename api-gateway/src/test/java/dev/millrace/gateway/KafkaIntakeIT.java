package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.gateway.intake.Intake;
import dev.millrace.invocation.Delivery;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.testkit.SharedServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Calls from a plain Kafka producer, through the gateway, to a worker and back.
class KafkaIntakeIT {
    private static final String GROUP = "millrace-intake";
    private static TestGateway gateway;
    private static EndpointName endpoint;
    private static EchoWorker worker;
    private static Intake intake;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start() {
        gateway = new TestGateway();
        endpoint = gateway.endpoint(true, "[{\"Key\":\"millrace:result-topic\",\"Value\":\"of-the-endpoint\"}]");
        worker = new EchoWorker(gateway);
        gateway.serve(endpoint, LaneId.Kind.ASYNCHRONOUS, worker);
        intake = openIntake();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", SharedServers.kafka(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(producer.partitionsFor(topic())).isNotEmpty());
    }

    @AfterAll
    static void stop() {
        producer.close();
        intake.close();
        gateway.close();
    }

    @Test
    void runsWhatAProducerWrites() {
        String id = newId();

        produce("1,2,3", Map.of("content-type", "text/csv", "inference-id", id, "result-topic", "results"));

        InferenceRequest request = ran(id);
        assertThat(request.contentType()).isEqualTo("text/csv");
        assertThat(request.input()).isEqualTo(new InferenceInput.Inline(Payload.ofUtf8("1,2,3")));
        assertThat(completed(id)).contains(request.invocationId().toString());
        assertThat(gateway.get(path(id) + "/output?stream=true").body()).isEqualTo("1,2,3");
        assertThat(resultTopic(request)).isEqualTo("results");
    }

    @Test
    void takesTheInputFromItsLocation() {
        String id = newId();
        var location = new ObjectLocation(gateway.results, "in/" + id);
        gateway.store.put(location, Payload.ofUtf8("4,5"), ObjectAttributes.NONE, WriteCondition.ALWAYS);

        produce("", Map.of("input-location", location.uri(), "inference-id", id));

        assertThat(ran(id).input()).isEqualTo(new InferenceInput.Stored(location, false));
        completed(id);
    }

    @Test
    void sendsResultsWhereTheEndpointSaysUnlessTheRecordDoes() {
        String id = newId();

        produce("1", Map.of("content-type", "text/csv", "inference-id", id));

        assertThat(resultTopic(ran(id))).isEqualTo("of-the-endpoint");
        completed(id);
    }

    private static @Nullable String resultTopic(InferenceRequest request) {
        return request.delivery() instanceof Delivery.Asynchronous asynchronous ? asynchronous.resultTopic() : null;
    }

    @Test
    void storesARecordThatIsTooLargeForTheQueue() {
        String id = newId();
        String body = "7,".repeat(150_000);

        produce(body, Map.of("content-type", "text/csv", "inference-id", id));

        InferenceRequest request = ran(id);
        ObjectLocation stored = gateway.objects.input(request.invocationId());
        assertThat(request.input()).isEqualTo(new InferenceInput.Stored(stored, true));
        assertThat(gateway.store.get(stored, 1 << 20).orElseThrow().body().utf8())
                .isEqualTo(body);
        completed(id);
    }

    @Test
    void sendsWhatIsNoCallToTheDeadLettersAndGoesOn() {
        String id = newId();
        try (var letters = letters()) {
            produce("no type " + id, Map.of("inference-id", id));
            produce("1", Map.of("content-type", "text/csv", "inference-id", id, "result-topic", "millrace.events"));
            produce("2", Map.of("content-type", "text/csv", "inference-id", id));

            List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
            await().pollInSameThread().atMost(Duration.ofSeconds(20)).until(() -> {
                letters.poll(Duration.ofMillis(200)).forEach(read::add);
                return read.size() == 2;
            });
            assertThat(read.stream().map(letter -> header(letter, "millrace-reason")))
                    .anyMatch(reason -> reason.equals("header content-type: missing"))
                    .anyMatch(reason -> reason.contains("resultTopic"));
            assertThat(read).allMatch(letter -> header(letter, "millrace-topic").equals(topic()));
            assertThat(ran(id).input()).isEqualTo(new InferenceInput.Inline(Payload.ofUtf8("2")));
        }
    }

    @Test
    void makesOneCallOfARecordThatIsReadTwice() throws Exception {
        String id = newId();
        produce("8", Map.of("content-type", "text/csv", "inference-id", id));
        InvocationId first = ran(id).invocationId();
        completed(id);
        intake.close();

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", SharedServers.kafka()))) {
            var begin = admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get().keySet().stream()
                    .filter(partition -> partition.topic().equals(topic()))
                    .collect(Collectors.toMap(partition -> partition, _ -> new OffsetAndMetadata(0)));
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
                admin.alterConsumerGroupOffsets(GROUP, begin).all().get(5, TimeUnit.SECONDS);
            });
        }
        intake = openIntake();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(runs(id)).hasSizeGreaterThanOrEqualTo(2));
        assertThat(runs(id)).allMatch(request -> request.invocationId().equals(first));
        assertThat(runs(id).getLast().isRepeat()).isTrue();
    }

    private static Intake openIntake() {
        return new Intake(
                gateway.kafka,
                gateway.gateway().acceptance(),
                gateway.catalog,
                gateway.store,
                128_000,
                gateway.metrics);
    }

    private static String topic() {
        return "millrace.invoke." + endpoint;
    }

    private static String path(String inferenceId) {
        return "/endpoints/" + endpoint + "/async-invocations/" + inferenceId.replace(" ", "%20");
    }

    private static String newId() {
        return "order " + UUID.randomUUID();
    }

    private static void produce(String body, Map<String, String> headers) {
        var record = new ProducerRecord<byte[], byte[]>(topic(), body.getBytes(StandardCharsets.UTF_8));
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        try {
            producer.send(record).get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<InferenceRequest> runs(String inferenceId) {
        return worker.seen().stream()
                .filter(request -> request.inferenceId().value().equals(inferenceId))
                .toList();
    }

    private static InferenceRequest ran(String inferenceId) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(runs(inferenceId)).isNotEmpty());
        return runs(inferenceId).getFirst();
    }

    private static String completed(String inferenceId) {
        return await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.get(path(inferenceId)).body(), body -> body.contains("\"status\":\"Completed\""));
    }

    private static KafkaConsumer<byte[], byte[]> letters() {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", SharedServers.kafka()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var partition = new TopicPartition("millrace.dead-letters", 0);
        consumer.assign(List.of(partition));
        consumer.endOffsets(List.of(partition)).forEach(consumer::seek);
        return consumer;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}

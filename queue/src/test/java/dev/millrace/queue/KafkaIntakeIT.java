package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.contract.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaIntakeIT {
    private final KafkaConnection connection = new KafkaConnection(KafkaConfig.of(SharedServers.kafka()));
    private final String group = "intake-" + UUID.randomUUID();
    private final EndpointName endpoint = Requests.endpoint();
    private final AtomicReference<KafkaIntake.Endpoints> endpoints = new AtomicReference<>(both());
    private final List<IntakeRecord> taken = new CopyOnWriteArrayList<>();

    private KafkaIntake.Endpoints both() {
        return new KafkaIntake.Endpoints(Set.of(endpoint), Set.of(endpoint));
    }

    @BeforeEach
    void ensureTopics() {
        connection.ensureTopics();
    }

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void takesEveryRecordUnderAPlaceOfItsOwn() {
        try (var intake = start(record -> done(record))) {
            produce(500);

            patiently().untilAsserted(() -> assertThat(taken).hasSize(500));
            assertThat(new HashSet<>(taken.stream().map(IntakeRecord::place).toList()))
                    .hasSize(500);
            assertThat(taken.getFirst().endpoint()).isEqualTo(endpoint);
            assertThat(taken.getFirst().wire().headers()).containsEntry("content-type", "text/plain");
            intake.check();
        }
    }

    @Test
    void goesOnWhereTheGroupStoppedAndFlagsWhatMayHaveBeenTaken() {
        try (var _ = start(record -> done(record))) {
            produce(300);
            patiently().untilAsserted(() -> assertThat(taken).hasSize(300));
        }
        Set<String> before =
                new HashSet<>(taken.stream().map(IntakeRecord::place).toList());
        taken.clear();
        produce(5);

        try (var _ = start(record -> done(record))) {
            patiently().untilAsserted(() -> assertThat(taken).hasSize(5));
            assertThat(taken).allMatch(IntakeRecord::mayBeRepeat);
            assertThat(before)
                    .doesNotContainAnyElementsOf(
                            taken.stream().map(IntakeRecord::place).toList());
        }
    }

    @Test
    void triesAgainWhatCannotBeTakenNow() {
        var isAway = new AtomicBoolean(true);
        var tries = new AtomicInteger();
        try (var _ = start(record -> {
            tries.incrementAndGet();
            return isAway.get() ? failed(ErrorCode.SERVICE_UNAVAILABLE, "away") : done(record);
        })) {
            produce(10);
            patiently().until(() -> tries.get() > 20);
            assertThat(taken).isEmpty();

            isAway.set(false);

            patiently().untilAsserted(() -> assertThat(taken).hasSize(10));
            assertThat(taken).allMatch(IntakeRecord::mayBeRepeat);
        }
    }

    @Test
    void sendsWhatIsRefusedToTheDeadLettersWithTheReason() {
        try (var letters = letters();
                var _ = start(record -> record.wire().value().utf8().equals("3")
                        ? failed(ErrorCode.VALIDATION_ERROR, "content-type: not a type")
                        : done(record))) {
            produce(10);

            ConsumerRecord<byte[], byte[]> letter = next(letters);
            assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("3");
            assertThat(header(letter, "millrace-reason")).isEqualTo("content-type: not a type");
            assertThat(header(letter, "millrace-error")).isEqualTo("VALIDATION_ERROR");
            assertThat(header(letter, "millrace-topic")).isEqualTo(Topics.invoke(endpoint));
            assertThat(header(letter, "Content-Type")).isEqualTo("text/plain");
            patiently().untilAsserted(() -> assertThat(taken).hasSize(9));
        }
    }

    @Test
    void leavesRecordsWhereTheyAreUntilTheEndpointTakesCalls() {
        endpoints.set(new KafkaIntake.Endpoints(Set.of(endpoint), Set.of()));
        try (var _ = start(record -> done(record))) {
            patiently()
                    .until(() -> connection.admin().listTopics().names().get().contains(Topics.invoke(endpoint)));
            produce(3);
            assertThat(taken).isEmpty();

            endpoints.set(both());

            patiently().untilAsserted(() -> assertThat(taken).hasSize(3));
        }
    }

    private KafkaIntake start(IntakeHandler handler) {
        return KafkaIntake.start(connection, group, endpoints::get, handler);
    }

    private CompletableFuture<Void> done(IntakeRecord record) {
        taken.add(record);
        return CompletableFuture.completedFuture(null);
    }

    private static CompletableFuture<Void> failed(ErrorCode code, String message) {
        return CompletableFuture.failedFuture(new PlatformException(code, message));
    }

    private void produce(int count) {
        Topics.ensureInvoke(connection.admin(), connection.config(), endpoint);
        var sent = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < count; i++) {
            var record = new ProducerRecord<byte[], byte[]>(
                    Topics.invoke(endpoint), Integer.toString(i).getBytes(StandardCharsets.UTF_8));
            record.headers().add("Content-Type", "text/plain".getBytes(StandardCharsets.UTF_8));
            sent.add(connection.sender().send(record));
        }
        sent.forEach(CompletableFuture::join);
    }

    private KafkaConsumer<byte[], byte[]> letters() {
        var consumer = new KafkaConsumer<>(
                connection.clients().follower("latest"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partition = new TopicPartition(Topics.MALFORMED, 0);
        consumer.assign(List.of(partition));
        Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition));
        ends.forEach(consumer::seek);
        return consumer;
    }

    private static ConsumerRecord<byte[], byte[]> next(KafkaConsumer<byte[], byte[]> consumer) {
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        patiently().until(() -> {
            consumer.poll(Duration.ofMillis(200)).forEach(read::add);
            return !read.isEmpty();
        });
        return read.getFirst();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static ConditionFactory patiently() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .pollInSameThread();
    }
}

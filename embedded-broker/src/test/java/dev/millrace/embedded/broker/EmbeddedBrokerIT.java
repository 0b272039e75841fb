package dev.millrace.embedded.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    private static final Path ROOT = Path.of(System.getProperty("millrace.root"));
    private static final Duration START = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<JavaProcess> started = new CopyOnWriteArrayList<>();

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(JavaProcess::kill);
    }

    @Test
    void servesAShareGroupAndKeepsItsRecordsOverAKill() throws Exception {
        // Given
        JavaProcess first = start(0);
        String servers = ready();
        makeLane(servers, "lane");
        send(servers, "lane", "before the kill");

        // When
        first.kill();
        out.clear();
        start(Integer.parseInt(servers.substring(servers.indexOf(':') + 1)));

        // Then
        assertThat(ready()).isEqualTo(servers);
        assertThat(receive(servers, "lane")).containsExactly("before the kill");
    }

    @Test
    void endsWithinFiveSecondsWhenItsInputEnds() {
        JavaProcess broker = start(0);
        ready();

        int status = broker.stop(Duration.ofSeconds(5));

        assertThat(status).isIn(0, 143);
    }

    @Test
    void namesAPortThatIsInUse() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            JavaProcess broker = start(taken.getLocalPort());

            int status = broker.onExit().join();

            assertThat(status).isEqualTo(StartFailure.PORT);
            assertThat(err)
                    .singleElement()
                    .asString()
                    .startsWith("embedded-broker: port " + taken.getLocalPort() + " of 127.0.0.1 cannot be used");
        }
    }

    @Test
    void namesAFolderThatIsInUse() {
        start(0);
        ready();

        JavaProcess second = start(0);

        assertThat(second.onExit().join()).isEqualTo(StartFailure.FOLDER);
        assertThat(err).last().asString().contains("another broker runs on the folder " + data);
    }

    @Test
    void namesAFolderThatIsNone() throws IOException {
        Path file = Files.writeString(data.resolve("file"), "", StandardCharsets.UTF_8);

        JavaProcess broker = start(command(file, 0));

        assertThat(broker.onExit().join()).isEqualTo(StartFailure.FOLDER);
        assertThat(err).singleElement().asString().contains(file.toString());
    }

    private JavaProcess start(int port) {
        return start(command(data, port));
    }

    private JavaProcess start(JavaCommand command) {
        JavaProcess process = JavaProcess.start("broker", command, out::add, err::add);
        started.add(process);
        return process;
    }

    private static JavaCommand command(Path folder, int port) {
        return JavaCommand.ofModule(ROOT, "embedded-broker", EmbeddedBrokerMain.class.getName())
                .withArguments("--data", folder.toString(), "--port", String.valueOf(port));
    }

    private String ready() {
        await().atMost(START).untilAsserted(() -> assertThat(out).hasSize(1));
        String line = out.getFirst();
        assertThat(line).matches("\\{\"ready\":true,\"bootstrapServers\":\"127\\.0\\.0\\.1:\\d+\"}");
        return line.substring(line.indexOf("127."), line.length() - 2);
    }

    private static void makeLane(String servers, String name) throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, name),
                            List.of(
                                    set("share.partition.max.record.locks", "10000"),
                                    set("share.delivery.count.limit", "25"))))
                    .all()
                    .get();
            admin.alterShareGroupOffsets(name, Map.of(new TopicPartition(name, 0), 0L))
                    .all()
                    .get();
        }
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    private static void send(String servers, String topic, String value)
            throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", servers), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static List<String> receive(String servers, String topic) {
        try (var consumer = new KafkaShareConsumer<>(
                Map.<String, Object>of("bootstrap.servers", servers, "group.id", topic),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            var values = new CopyOnWriteArrayList<String>();
            await().atMost(START).untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                assertThat(values).isNotEmpty();
            });
            return values;
        }
    }
}

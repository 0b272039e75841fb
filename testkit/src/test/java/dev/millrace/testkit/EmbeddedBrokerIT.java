package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
    @Test
    void comesBackOnTheSameAddressWithItsTopics(@TempDir Path data) throws Exception {
        try (var broker = new EmbeddedBroker(data).start()) {
            // Given
            makeTopic(broker.bootstrapServers(), "kept");
            broker.kill();

            // When
            broker.start();

            // Then
            assertThat(topics(broker.bootstrapServers())).contains("kept");
        }
    }

    @Test
    void saysWhyItDoesNotStart(@TempDir Path data, @TempDir Path other) {
        try (var first = new EmbeddedBroker(data).start();
                var second = new EmbeddedBroker(other, first.port())) {
            assertThatThrownBy(second::start).rootCause().hasMessageContaining("port " + first.port());
        }
    }

    @Test
    void isSharedByAllThatAsk() throws Exception {
        String servers = SharedServers.kafka();

        assertThat(SharedServers.kafka()).isEqualTo(servers);
        assertThat(topics(servers)).isNotNull();
    }

    private static void makeTopic(String servers, String name) throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        }
    }

    private static Set<String> topics(String servers) throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            return admin.listTopics().names().get();
        }
    }
}

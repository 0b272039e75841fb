package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreIT {
    @Test
    void comesBackOnTheSameAddress(@TempDir Path data) throws Exception {
        try (var store = new EmbeddedStore(data).start()) {
            // Given
            store.kill();

            // When
            store.start();

            // Then
            assertThat(anonymousStatus(store.access())).isEqualTo(403);
        }
    }

    @Test
    void isSharedByAllThatAsk() throws Exception {
        StoreAccess store = SharedServers.store();

        assertThat(SharedServers.store()).isEqualTo(store);
        assertThat(anonymousStatus(store)).isEqualTo(403);
    }

    private static int anonymousStatus(StoreAccess store) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(store.endpoint()).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}

package dev.millrace.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.runtime.JavaCommand;
import dev.millrace.runtime.JavaProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedStoreMainIT {
    private static final Pattern READY = Pattern.compile("\\{\"ready\":true,\"endpoint\":\"(http://127.0.0.1:\\d+)\"}");
    private static final Map<String, String> KEYS =
            Map.of(EmbeddedStoreMain.ACCESS_KEY, "access", EmbeddedStoreMain.SECRET_KEY, "secret-of-the-test");

    private final LinkedBlockingQueue<String> errors = new LinkedBlockingQueue<>();

    @TempDir
    private Path data;

    @Test
    void saysWhenItAnswersAndRefusesStrangers() throws Exception {
        var ready = new CompletableFuture<String>();
        try (var _ = start(0, ready)) {
            URI endpoint = endpoint(ready);

            HttpResponse<String> answer = get(endpoint.resolve("/"));

            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("<Code>AccessDenied</Code>");
        }
    }

    @Test
    void stopsWhenItsParentIsGone() throws Exception {
        var ready = new CompletableFuture<String>();
        try (var process = start(0, ready)) {
            endpoint(ready);
            Instant start = Instant.now();

            process.stop(Duration.ofSeconds(10));

            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void saysThatAPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var process = start(taken.getLocalPort(), new CompletableFuture<>())) {
            assertThat(process.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(String.join("\n", errors)).contains("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void saysThatAFolderIsInUse() throws Exception {
        var ready = new CompletableFuture<String>();
        try (var _ = start(0, ready)) {
            endpoint(ready);
            try (var second = start(0, new CompletableFuture<>())) {
                assertThat(second.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(1);
                assertThat(String.join("\n", errors)).contains("in use by another store");
            }
        }
    }

    @Test
    void startsAgainAfterAKill() throws Exception {
        var ready = new CompletableFuture<String>();
        try (var process = start(0, ready)) {
            endpoint(ready);
            process.kill();
        }
        var again = new CompletableFuture<String>();
        try (var _ = start(0, again)) {
            assertThat(get(endpoint(again).resolve("/")).statusCode()).isEqualTo(403);
        }
    }

    private JavaProcess start(int port, CompletableFuture<String> ready) {
        JavaCommand command = JavaCommand.ofModule(
                        Path.of(System.getProperty("millrace.root")),
                        "embedded-store",
                        EmbeddedStoreMain.class.getName())
                .withArguments("--data", data.toString(), "--port", String.valueOf(port))
                .withEnvironment(KEYS);
        return JavaProcess.start("store", command, ready::complete, errors::add);
    }

    private static URI endpoint(CompletableFuture<String> ready) throws Exception {
        Matcher line = READY.matcher(ready.get(60, TimeUnit.SECONDS));
        assertThat(line.matches()).isTrue();
        return URI.create(line.group(1));
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}

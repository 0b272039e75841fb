package dev.millrace.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real MinIO in a process of its own, where the machine has one; `build-tools/minio.sh` builds one.
public final class MinioServer implements AutoCloseable {
    private final ScratchFolder folder = new ScratchFolder("minio");
    private final StoreAccess access = new StoreAccess(
            URI.create("http://127.0.0.1:" + Ports.free()), "millrace", "millrace-test-secret", "us-east-1");
    private final Process process;

    private MinioServer(Path binary) {
        var command = new ProcessBuilder(
                binary.toString(),
                "server",
                folder.path().toString(),
                "--address",
                "127.0.0.1:" + access.endpoint().getPort(),
                "--quiet");
        command.environment().put("MINIO_ROOT_USER", access.accessKey());
        command.environment().put("MINIO_ROOT_PASSWORD", access.secretKey());
        command.environment().put("MINIO_BROWSER", "off");
        command.environment().put("MINIO_UPDATE", "off");
        command.redirectErrorStream(true)
                .redirectOutput(folder.path()
                        .resolveSibling(folder.path().getFileName() + ".log")
                        .toFile());
        try {
            process = command.start();
        } catch (IOException e) {
            throw new UncheckedIOException("minio", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "minio-close"));
        awaitReady();
    }

    /// Whether the machine has a MinIO: the one that `MILLRACE_TEST_MINIO` names, or that
    /// `build-tools/minio.sh` built.
    public static boolean isPresent() {
        return binary().isPresent();
    }

    /// Starts one with a folder and a port of its own; the caller closes it.
    ///
    /// @throws IllegalStateException when the machine has none
    public static MinioServer start() {
        return new MinioServer(binary().orElseThrow(() -> new IllegalStateException("no MinIO on this machine")));
    }

    private static Optional<Path> binary() {
        String given = System.getenv("MILLRACE_TEST_MINIO");
        if (given != null) {
            return Optional.of(Path.of(given));
        }
        Path cache = Path.of(System.getProperty("user.home"), ".cache", "millrace", "minio");
        return cached(cache)
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    public StoreAccess access() {
        return access;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        folder.close();
    }

    private void awaitReady() {
        HttpRequest ready = HttpRequest.newBuilder(access.endpoint().resolve("/minio/health/ready"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            await("minio answers")
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> http.send(ready, BodyHandlers.discarding()).statusCode() == 200);
        }
    }

    private static Stream<Path> cached(Path cache) {
        try (var versions = Files.isDirectory(cache) ? Files.list(cache) : Stream.<Path>empty()) {
            return versions.map(version -> version.resolve("minio")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
